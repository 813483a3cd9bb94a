import { flagKey, group, textKey, textListKey, textOrNullKey } from "./keys.ts";
import { loopbackAddress } from "./loopback-address.ts";

const absolutePath = { pattern: "^/[^\\u0000]*$", expected: "an absolute path, or null" };
const octet = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
export const addresses = {
  pattern: `^(${octet}(\\.${octet}){3}(/(3[0-2]|[12]?\\d))?|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(/(12[0-8]|1[01]\\d|[1-9]?\\d))?)$`,
  expected: "a list of addresses and networks like 10.0.0.7, 10.0.0.0/24, fd00::/8",
};
const hostNames = {
  pattern: "^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$",
  expected: "a list of host names",
};
export const allowMeaning =
  "Who may use them besides this host itself; with one beyond loopback they are served at every address of it.";

/** For clients of the published framework, which send no token: nothing is open unless it says so. */
export const compatibilityKeys = group({
  open: flagKey(
    false,
    "The routes of the published Orchestrator are served at the port of api.listen.",
  ),
  allow: textListKey(addresses, [], allowMeaning),
  hostNames: textListKey(
    hostNames,
    [],
    "What clients call this host besides its own name: as a declared host, and in addresses they ask at.",
  ),
  logFolder: textOrNullKey(
    absolutePath,
    null,
    "Where sanity_checker.log is written while the routes are open; null = in stateFolder.",
  ),
  agent: group({
    open: flagKey(false, "The routes of the published node agent (NodeRescaler) are served."),
    listen: textKey(
      loopbackAddress,
      "Where; loopback unless agent.allow goes beyond.",
      "127.0.0.1:8000",
    ),
    allow: textListKey(addresses, [], allowMeaning),
  }),
});
