import assert from "node:assert/strict";
import { fuzzTarget, spoiled } from "@sc/domain/testing";
import fc from "fast-check";
import { CgroupHierarchyMissing } from "./errors.ts";
import { findHierarchies, parseV1Mounts } from "./hierarchies.ts";
import { parseOwnGroups } from "./own-groups.ts";

const mountLine = fc.constantFrom(
  "35 25 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:14 - cgroup cgroup rw,cpu,cpuacct",
  "36 25 0:30 / /sys/fs/cgroup/with\\040space rw - cgroup cgroup rw,memory",
  "26 25 0:23 / /sys/fs/cgroup/unified rw shared:5 - cgroup2 cgroup2 rw,nsdelegate",
  "24 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
);
const groupLine = fc.constantFrom(
  "3:cpu,cpuacct:/system.slice/a:b",
  "0::/user.slice",
  "4:memory:/",
);

const textOf = (line: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    fc.array(fc.oneof(line, spoiled(line)), { maxLength: 6 }).map((lines) => lines.join("\n")),
    fc.string({ unit: "binary", maxLength: 300 }),
  );

/** What the tree of v2 says it has. */
const controllers = fc.array(
  fc.oneof(fc.constantFrom("cpu", "memory", "io", "pids", ""), fc.string()),
  { maxLength: 5 },
);

export const targets = [
  fuzzTarget("mountinfo", fc.tuple(textOf(mountLine), controllers), ([text, offered]) => {
    for (const mountPoint of parseV1Mounts(text).values())
      assert.equal(typeof mountPoint, "string");
    try {
      findHierarchies(text, () => offered);
    } catch (error) {
      assert.ok(error instanceof CgroupHierarchyMissing, String(error));
    }
  }),
  fuzzTarget("own-groups", textOf(groupLine), (text) => {
    // A path that is none, or the root, would keep every write from every group.
    for (const group of parseOwnGroups(text)) assert.match(group, /^\/./s);
  }),
];
