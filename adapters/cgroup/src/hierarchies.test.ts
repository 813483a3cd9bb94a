import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CgroupHierarchyMissing } from "./errors.ts";
import { findHierarchies, parseV1Mounts } from "./hierarchies.ts";

const mount = (point: string, type: string, options: string): string =>
  `36 25 0:31 / ${point} rw,nosuid shared:15 - ${type} ${type} rw,${options}\n`;

const root = "22 1 8:1 / / rw,relatime - ext4 /dev/root rw\n";
const unified = mount("/sys/fs/cgroup/unified", "cgroup2", "nsdelegate");
const v1 = [
  root,
  mount("/sys/fs/cgroup/systemd", "cgroup", "xattr,name=systemd"),
  mount("/sys/fs/cgroup/cpu", "cgroup", "cpu"),
  mount("/sys/fs/cgroup/cpuacct", "cgroup", "cpuacct"),
  mount("/sys/fs/cgroup/memory", "cgroup", "memory"),
  mount("/sys/fs/cgroup/freezer", "cgroup", "freezer"),
  mount("/sys/fs/cgroup/blkio", "cgroup", "blkio"),
  mount("/sys/fs/cgroup/pids", "cgroup", "pids"),
  mount("/sys/fs/cgroup/cpuset", "cgroup", "cpuset"),
].join("");
const foldersOfV1 = {
  cpu: "/sys/fs/cgroup/cpu",
  cpuacct: "/sys/fs/cgroup/cpuacct",
  memory: "/sys/fs/cgroup/memory",
  freezer: "/sys/fs/cgroup/freezer",
  io: "/sys/fs/cgroup/blkio",
  pids: "/sys/fs/cgroup/pids",
  cpuset: "/sys/fs/cgroup/cpuset",
};
const v2 = root + mount("/sys/fs/cgroup", "cgroup2", "nsdelegate");
const none = (): readonly string[] => [];
const all = (): readonly string[] => ["cpuset", "cpu", "io", "memory", "pids"];

describe("findHierarchies", () => {
  test("finds each controller of a host with v1 alone", () => {
    assert.deepEqual(findHierarchies(v1), { ...foldersOfV1, unified: undefined });
  });

  test("takes a hybrid host whose v2 tree has no controllers for one of v1", () => {
    assert.deepEqual(findHierarchies(unified + v1, none), {
      ...foldersOfV1,
      unified: "/sys/fs/cgroup/unified",
    });
  });

  test("finds all of them in the tree of v2", () => {
    const folder = "/sys/fs/cgroup";
    assert.deepEqual(findHierarchies(v2, all), {
      cpu: folder,
      cpuacct: folder,
      memory: folder,
      freezer: folder,
      io: folder,
      pids: folder,
      cpuset: folder,
      unified: folder,
    });
  });

  test("finds each where it is when v1 has some and v2 the rest", () => {
    const cpuOnV1 =
      unified + mount("/v1/cpu", "cgroup", "cpu") + mount("/v1/cpuacct", "cgroup", "cpuacct");
    const found = findHierarchies(cpuOnV1, () => ["memory", "io"]);
    assert.equal(found.cpu, "/v1/cpu");
    assert.equal(found.memory, "/sys/fs/cgroup/unified");
    assert.equal(found.io, "/sys/fs/cgroup/unified");
    assert.equal(found.pids, undefined);
    const memoryOnV1 = v2 + mount("/v1/memory", "cgroup", "memory");
    const other = findHierarchies(memoryOnV1, () => ["cpu"]);
    assert.equal(other.cpu, "/sys/fs/cgroup");
    assert.equal(other.memory, "/v1/memory");
  });

  test("finds controllers that are mounted together, and does without all but cpu", () => {
    const together = root + mount("/sys/fs/cgroup/cpu,cpuacct", "cgroup", "cpu,cpuacct");
    assert.deepEqual(findHierarchies(together), {
      cpu: "/sys/fs/cgroup/cpu,cpuacct",
      cpuacct: "/sys/fs/cgroup/cpu,cpuacct",
      memory: undefined,
      freezer: undefined,
      io: undefined,
      pids: undefined,
      cpuset: undefined,
      unified: undefined,
    });
  });

  test("reads the kernel's octal escapes in a mount point", () => {
    const escaped = mount("/with\\040a\\134backslash", "cgroup", "cpu,cpuacct");
    assert.equal(findHierarchies(escaped).cpu, "/with a\\backslash");
  });

  test("takes the first mount of a controller: later ones are bind mounts of it", () => {
    const twice = v1 + mount("/mnt/container", "cgroup", "cpu");
    assert.equal(findHierarchies(twice).cpu, "/sys/fs/cgroup/cpu");
    const twiceV2 = v2 + mount("/mnt/container", "cgroup2", "nsdelegate");
    assert.equal(findHierarchies(twiceV2, all).cpu, "/sys/fs/cgroup");
  });

  const missing: readonly (readonly [string, string, string, RegExp])[] = [
    ["no mounts at all", "", "cpu", /mount -t cgroup2/],
    ["a v2 tree that has no cpu controller", v2, "cpu", /cgroup\.controllers/],
    ["no cpuacct", mount("/sys/fs/cgroup/cpu", "cgroup", "cpu"), "cpuacct", /-o cpuacct/],
    [
      "lines that are none",
      "garbage\n- cgroup\n1 2 3 - cgroup cgroup cpu,cpuacct\n",
      "cpu",
      /mount/,
    ],
  ];
  for (const [title, mountinfo, controller, nextStep] of missing) {
    test(`says what is missing on a host with ${title}, and what to do`, () => {
      assert.throws(
        () => findHierarchies(mountinfo, none),
        (error) =>
          error instanceof CgroupHierarchyMissing &&
          error.code === "SC_CGROUP_HIERARCHY_MISSING" &&
          error.controller === controller &&
          nextStep.test(error.message),
      );
    });
  }
});

describe("parseV1Mounts", () => {
  test("does not take a disk whose options look like a controller's for a hierarchy", () => {
    assert.equal(parseV1Mounts(mount("/data", "ext4", "cpu,memory")).size, 0);
  });
});
