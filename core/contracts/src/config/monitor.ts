import { addresses, allowMeaning } from "./compatibility.ts";
import { credentialsFileKey, storeUrl, timeoutSecondsKey } from "./history-outputs.ts";
import { choiceKey, group, numberKey, textKey, textListKey, textOrNullKey } from "./keys.ts";
import { loopbackAddressOrNull } from "./loopback-address.ts";

/** For monitors that post what they measure as to OpenTSDB, and ask for it. */
export const monitorKeys = group({
  listen: textOrNullKey(
    loopbackAddressOrNull,
    null,
    "Where /api/put and /api/query of OpenTSDB are served (127.0.0.1:4242); null = nowhere.",
  ),
  allow: textListKey(addresses, [], allowMeaning),
  keepMinutes: numberKey(
    { from: 1, to: 1440 },
    60,
    "For how long what was posted is kept in memory and can be asked for.",
  ),
});

const queryText = {
  pattern: "^[^\\u0000-\\u001f]{1,1000}$",
  expected: "a text of at most 1000 characters in one line, or null",
};
const labelText = {
  pattern: "^[A-Za-z_][A-Za-z0-9_.-]{0,99}$",
  expected: "the name of a label or tag",
};
const storeUrlOrNull = { ...storeUrl, expected: `${storeUrl.expected}, or null` };
const queryKey = (what: string) => textOrNullKey(queryText, null, `What tells of ${what}.`);

export const usageKeys = group({
  source: choiceKey(
    ["own", "posted", "pulled"],
    "own",
    "Whose readings are decided about: the agent's own, or what is posted or pulled of a container where it is.",
  ),
  pull: group({
    kind: choiceKey(
      ["opentsdb", "prometheus", "victoriametrics"],
      "prometheus",
      "What is asked for usage where usage.source is pulled.",
    ),
    url: textOrNullKey(storeUrlOrNull, null, "Where it is; null = nowhere."),
    credentialsFile: credentialsFileKey,
    timeoutSeconds: timeoutSecondsKey,
    everySeconds: numberKey({ from: 1, to: 600 }, 5, "Seconds between two questions."),
    windowSeconds: numberKey({ from: 1, to: 600 }, 10, "Seconds of usage that are asked for."),
    delaySeconds: numberKey(
      { from: 0, to: 600 },
      0,
      "Seconds since the end of what is asked for: what the store does not have yet is not missing.",
    ),
    label: textKey(labelText, "The label or tag that names a container.", "host"),
    queries: group({
      cpu: queryKey("cpu, in shares (100 = one core)"),
      mem: queryKey("memory, in MiB"),
      disk_read: queryKey("reading, in MiB/s"),
      disk_write: queryKey("writing, in MiB/s"),
      net: queryKey("the network, in Mbit/s"),
    }),
  }),
});
