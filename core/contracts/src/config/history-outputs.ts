import { Type } from "typebox";
import { groupListKey, numberKey, textOrNullKey, wholeNumberKey } from "./keys.ts";
import { policyNamePattern } from "./policy-name.ts";

/** Each has a queue, a connection and its share of the disk. */
const outputsMost = 8;

/** Credentials in it would be seen by whoever sees the configuration. */
export const storeUrl = {
  pattern: "^https?://[^\\s/?#@\\\\]+(/[^\\s?#@\\\\]*)?$",
  expected: "an http or https URL without credentials, query and fragment",
};
const credentialsFile = {
  pattern: "^/[^\\u0000]*$",
  expected: "an absolute path, or null",
};

export const credentialsFileKey = textOrNullKey(
  credentialsFile,
  null,
  "A file with user:password or Bearer TOKEN in its first line.",
);
export const timeoutSecondsKey = numberKey(
  { from: 0.5, to: 60 },
  10,
  "Seconds a store may take to answer.",
);

/** Where series go besides the history of the product. */
export const historyOutputsKey = groupListKey(
  Type.Object(
    {
      name: Type.String({
        pattern: policyNamePattern,
        expected: "a name of small letters, digits and -, at most 60 characters",
      }),
      kind: Type.Unsafe<"opentsdb" | "victoriametrics">(
        Type.Enum(["opentsdb", "victoriametrics"], {
          expected: "one of opentsdb, victoriametrics",
        }),
      ),
      url: Type.String(storeUrl),
      credentialsFile: credentialsFileKey,
      timeoutSeconds: timeoutSecondsKey,
      queueMaxMib: wholeNumberKey(
        { from: 1, to: 65_536 },
        256,
        "Most that points waiting for this store take on the disk, MiB; the oldest are lost first.",
      ),
    },
    { additionalProperties: false },
  ),
  {
    most: outputsMost,
    expected:
      "a list of at most 8 groups of name, kind, url and, as wanted, credentialsFile, timeoutSeconds, queueMaxMib",
  },
  "Stores of series that limits, usage and settings are written to as well.",
);
