import { addresses, allowMeaning } from "./compatibility.ts";
import { choiceKey, group, numberKey, textListKey, textOrNullKey } from "./keys.ts";
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

export const usageKeys = group({
  source: choiceKey(
    ["own", "posted"],
    "own",
    "Whose readings are decided about: the agent's own, or what is posted of a container where it is.",
  ),
});
