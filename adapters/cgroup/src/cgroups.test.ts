import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { kernelDefaultCpuLimit } from "@sc/domain";
import type { ControlGroup } from "@sc/ports";
import { KernelCgroups } from "./cgroups.ts";
import type { Hierarchies } from "./hierarchies.ts";
import { FakeKernelFiles } from "./testing/fake-kernel-files.ts";

const hierarchies: Hierarchies = {
  cpu: "/none/cpu",
  cpuacct: "/none/cpuacct",
  memory: "/none/memory",
  freezer: "/none/freezer",
  io: "/none/blkio",
  pids: "/none/pids",
  cpuset: "/none/cpuset",
  unified: undefined,
};
const limit = { ...kernelDefaultCpuLimit, quotaShares: 50 };

describe("KernelCgroups", () => {
  let files: FakeKernelFiles;
  let isOwned: boolean;
  beforeEach(() => {
    files = new FakeKernelFiles();
    files.inodes.set("/none/cpu/web", 7);
    files.contents.set("/none/cpu/web/cpu.cfs_quota_us", "-1\n");
    files.contents.set("/none/cpu/web/cpu.cfs_period_us", "100000\n");
    files.contents.set("/none/cpu/web/cpu.shares", "1024\n");
    files.contents.set("/none/memory/web/memory.limit_in_bytes", "1048576\n");
    isOwned = true;
  });

  const cgroupsWith = (found: Partial<Hierarchies> = {}): KernelCgroups =>
    new KernelCgroups({
      isContainerGroup: () => isOwned,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      hierarchies: { ...hierarchies, ...found },
      files,
      ownGroups: () => [],
    });

  function open(found: Partial<Hierarchies> = {}): ControlGroup {
    const opened = cgroupsWith(found).open({ path: "/web" });
    assert.ok(opened.ok);
    return opened.value;
  }

  test("a group that cannot be looked at is neither opened nor called gone", () => {
    files.inode = () => {
      throw Object.assign(new Error("too many levels of links"), { code: "ELOOP" });
    };
    const opened = cgroupsWith().open({ path: "/web" });
    assert.equal(opened.ok ? "opened" : opened.error.code, "unreadable");
  });

  test("a group that no finder owns any more is not written, though it is open", async () => {
    const group = open();
    isOwned = false;
    const cpu = group.writeCpuLimit(limit);
    assert.ok(cpu.kind === "refused" && cpu.refusal.code === "not-permitted");
    assert.deepEqual(cpu.limit, kernelDefaultCpuLimit);
    const memory = await group.writeMemMibLimit(null, 1);
    assert.ok(memory.kind === "refused" && memory.refusal.code === "not-permitted");
    assert.deepEqual(files.writes, []);
  });

  test("without a memory controller memory has no readings, and a limit is refused", async () => {
    const group = open({ memory: undefined });
    assert.equal(group.readMemMibCharged(), undefined);
    assert.equal(group.readMemMibLimit(), undefined);
    assert.equal((await group.writeMemMibLimit(128, 1)).kind, "refused");
  });

  test("without a freezer nothing is frozen", () => {
    assert.equal(open({ freezer: undefined }).isFrozen(), false);
  });

  for (const [state, isFrozen] of [
    ["FROZEN\n", true],
    ["FREEZING\n", true],
    ["THAWED\n", false],
    ["", false],
  ] as const) {
    test(`a freezer that says ${JSON.stringify(state)} means ${isFrozen}`, () => {
      files.contents.set("/none/freezer/web/freezer.state", state);
      assert.equal(open().isFrozen(), isFrozen);
    });
  }

  test("a statistic without its keys is no reading, never zero", () => {
    files.contents.set("/none/cpu/web/cpu.stat", "nr_periods 5\n");
    files.contents.set("/none/cpuacct/web/cpuacct.usage", "nothing\n");
    assert.equal(open().readThrottling(), undefined);
    assert.equal(open().readCpuUsedSeconds(), undefined);
  });

  test("a number that no double can hold is no reading, never without end", () => {
    files.contents.set("/none/cpuacct/web/cpuacct.usage", "9".repeat(400));
    files.contents.set("/none/memory/web/memory.limit_in_bytes", "9".repeat(400));
    assert.equal(open().readCpuUsedSeconds(), undefined);
    assert.equal(open().readMemMibLimit(), undefined);
  });

  test("a quota in a period of nothing is no limit", () => {
    files.contents.set("/none/cpu/web/cpu.cfs_quota_us", "5000\n");
    files.contents.set("/none/cpu/web/cpu.cfs_period_us", "0\n");
    assert.equal(open().readCpuLimit(), undefined);
  });

  test("a group that cannot be watched says so", () => {
    const watch = open().watchLimits(
      () => undefined,
      () => undefined,
    );
    assert.equal(watch, undefined);
  });

  test("a group that is closed keeps no file open", () => {
    const group = open();
    group.readCpuLimit();
    group.writeCpuLimit(limit);
    group.readMemMibLimit();
    assert.ok(files.openCount > 0);
    group.close();
    assert.equal(files.openCount, 0);
  });
});
