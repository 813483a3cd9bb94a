import { addresses, allowMeaning } from "./compatibility.ts";
import { group, textListKey, textOrNullKey } from "./keys.ts";
import { loopbackAddressOrNull } from "./loopback-address.ts";

/** For clients of the published timestamps server: when experiments and tests began and ended. */
export const timestampsKeys = group({
  listen: textOrNullKey(
    loopbackAddressOrNull,
    null,
    "Where experiments and tests are kept for clients (127.0.0.1:8001); null = nowhere.",
  ),
  allow: textListKey(addresses, [], allowMeaning),
});
