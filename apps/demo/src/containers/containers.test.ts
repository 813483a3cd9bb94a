import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hierarchyOf, readHierarchies } from "./hierarchies.ts";
import { containerConfiguration, isLxcInstalled } from "./lxc.ts";

const mounts = `proc /proc proc rw 0 0
cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,nosuid,cpu,cpuacct 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
`;

describe("finding the hierarchies", () => {
  test("all are found, with their controllers, and nothing else is", () => {
    const found = readHierarchies(mounts).map(({ mount }) => mount);
    assert.deepEqual(found, [
      "/sys/fs/cgroup/cpu,cpuacct",
      "/sys/fs/cgroup/memory",
      "/sys/fs/cgroup/unified",
    ]);
  });

  test("a controller that shares a hierarchy is found in it, an absent one is not", () => {
    const all = readHierarchies(mounts);
    assert.equal(hierarchyOf("cpuacct", all)?.mount, "/sys/fs/cgroup/cpu,cpuacct");
    assert.equal(hierarchyOf("freezer", all), undefined);
  });
});

describe("the configuration of a container", () => {
  const made = [
    "lxc.net.0.type = veth",
    "lxc.net.0.link = lxcbr0",
    "lxc.apparmor.profile = generated",
    "lxc.uts.name = web",
    "",
  ].join("\n");
  const lines = containerConfiguration(made, {
    limitShares: 40,
    programFile: "/my files/workload.ts",
  }).split("\n");

  test("has no network of any kind, whatever was made", () => {
    const network = lines.filter((line) => line.startsWith("lxc.net"));
    assert.deepEqual(network, ["lxc.net.0.type = empty"]);
  });

  test("holds the owner's limit and keeps the rest of what was made", () => {
    assert.ok(lines.includes("lxc.cgroup.cpu.cfs_quota_us = 40000"));
    assert.ok(lines.includes("lxc.uts.name = web"));
  });

  test("binds the program read-only, also from a path with spaces", () => {
    const bind = "lxc.mount.entry = /my\\040files/workload.ts opt/workload.ts none ro,bind";
    assert.ok(lines.some((line) => line.startsWith(bind)));
  });
});

test("without LXC's programs in the path LXC is not installed", () => {
  assert.equal(isLxcInstalled("/nonexistent:/nowhere"), false);
});
