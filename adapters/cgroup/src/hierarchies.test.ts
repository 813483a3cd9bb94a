import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CgroupHierarchyMissing } from "./errors.ts";
import { findHierarchies, parseV1Mounts } from "./hierarchies.ts";

const mount = (point: string, type: string, options: string): string =>
  `36 25 0:31 / ${point} rw,nosuid shared:15 - ${type} ${type} rw,${options}\n`;

const root = "22 1 8:1 / / rw,relatime - ext4 /dev/root rw\n";
const hybrid = [
  root,
  mount("/sys/fs/cgroup/unified", "cgroup2", "nsdelegate"),
  mount("/sys/fs/cgroup/systemd", "cgroup", "xattr,name=systemd"),
  mount("/sys/fs/cgroup/cpu", "cgroup", "cpu"),
  mount("/sys/fs/cgroup/cpuacct", "cgroup", "cpuacct"),
  mount("/sys/fs/cgroup/memory", "cgroup", "memory"),
  mount("/sys/fs/cgroup/freezer", "cgroup", "freezer"),
].join("");

describe("findHierarchies", () => {
  test("finds each controller of a hybrid host, and not the tree of v2", () => {
    assert.deepEqual(findHierarchies(hybrid), {
      cpu: "/sys/fs/cgroup/cpu",
      cpuacct: "/sys/fs/cgroup/cpuacct",
      memory: "/sys/fs/cgroup/memory",
      freezer: "/sys/fs/cgroup/freezer",
    });
  });

  test("finds controllers that are mounted together, and does without memory and freezer", () => {
    const together = root + mount("/sys/fs/cgroup/cpu,cpuacct", "cgroup", "cpu,cpuacct");
    assert.deepEqual(findHierarchies(together), {
      cpu: "/sys/fs/cgroup/cpu,cpuacct",
      cpuacct: "/sys/fs/cgroup/cpu,cpuacct",
      memory: undefined,
      freezer: undefined,
    });
  });

  test("reads the kernel's octal escapes in a mount point", () => {
    const escaped = mount("/with\\040a\\134backslash", "cgroup", "cpu,cpuacct");
    assert.equal(findHierarchies(escaped).cpu, "/with a\\backslash");
  });

  test("takes the first mount of a controller: later ones are bind mounts of it", () => {
    const twice = hybrid + mount("/mnt/container", "cgroup", "cpu");
    assert.equal(findHierarchies(twice).cpu, "/sys/fs/cgroup/cpu");
  });

  const missing: readonly (readonly [string, string, string])[] = [
    ["cgroup v2 alone", root + mount("/sys/fs/cgroup", "cgroup2", "nsdelegate"), "cpu"],
    ["no mounts at all", "", "cpu"],
    ["no cpuacct", mount("/sys/fs/cgroup/cpu", "cgroup", "cpu"), "cpuacct"],
    ["lines that are none", "garbage\n- cgroup\n1 2 3 - cgroup cgroup cpu,cpuacct\n", "cpu"],
  ];
  for (const [title, mountinfo, controller] of missing) {
    test(`says what is missing on a host with ${title}`, () => {
      assert.throws(
        () => findHierarchies(mountinfo),
        (error) =>
          error instanceof CgroupHierarchyMissing &&
          error.code === "SC_CGROUP_HIERARCHY_MISSING" &&
          error.controller === controller,
      );
    });
  }
});

describe("parseV1Mounts", () => {
  test("does not take a disk whose options look like a controller's for a hierarchy", () => {
    assert.equal(parseV1Mounts(mount("/data", "ext4", "cpu,memory")).size, 0);
  });
});
