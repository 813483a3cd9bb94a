import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { type CpuLimit, isSameCpuLimit, kernelDefaultCpuLimit } from "@sc/domain";
import type { Cgroups, ControlGroup } from "../cgroup.ts";
import { cpusetTests } from "./cpuset-tests.ts";

/** Groups to try things on; paths are below a root that the harness may choose freely. */
export interface CgroupsHarness {
  readonly cgroups: Cgroups;
  /** Makes a container's group and gives the path to open it by. */
  makeGroup(name: string): string;
  removeGroup(name: string): void;
  /** Lets something in the group use that much, at its limit's pace. */
  burnCpu(name: string, coreSeconds: number): Promise<void>;
  setFrozen(name: string, isFrozen: boolean): void;
  /** Writes the quota as an engine or a person would, not through the port. */
  writeQuotaByOtherHand(name: string, quotaShares: number): void;
  writeMemoryByOtherHand(name: string, memMib: number): void;
  /** A disk whose use is counted; `undefined` where there is none. */
  readonly disk: DiskHarness | undefined;
  /**
   * Lets something in the group take so much memory, or wait for it; `undefined` where the kernel does not make
   * it wait.
   */
  readonly takeMemory: ((name: string, memMib: number) => Promise<void>) | undefined;
  /** Resolves when the group's watchers may have been called. */
  watchersCalled(): Promise<void>;
  close(): Promise<void>;
}

export interface DiskHarness {
  readonly device: string;
  /** Reads at least so much of it, past the page cache. */
  readonly read: (name: string, bytes: number) => Promise<void>;
}

/** A kernel is looked at so often before it is said not to do what it must. */
const looksMax = 1000;

const limitOf = (change: Partial<CpuLimit>): CpuLimit => ({ ...kernelDefaultCpuLimit, ...change });

/** The promise of `Cgroups` and `ControlGroup`: what a kernel does, and what a simulated one must. */
export function cgroupsSuite(name: string, make: () => Promise<CgroupsHarness>): void {
  describe(`${name} as cgroups`, () => {
    let harness: CgroupsHarness;
    beforeEach(async () => {
      harness = await make();
    });
    afterEach(() => harness.close());
    const current = (): CgroupsHarness => harness;
    openingTests(current);
    cpuLimitTests(current);
    readingTests(current);
    vanishingTests(current);
    memoryTests(current);
    diskTests(current);
    cpusetTests({
      open: () => open(current()).cpuset,
      remove: () => current().removeGroup("one"),
    });
  });
}

function open(harness: CgroupsHarness, name = "one"): ControlGroup {
  const opened = harness.cgroups.open({ path: harness.makeGroup(name) });
  assert.ok(opened.ok, "the group was just made");
  return opened.value;
}

function openingTests(harness: () => CgroupsHarness): void {
  test("opening the same group twice gives the same identity", () => {
    const path = harness().makeGroup("one");
    const ids = [1, 2].map(() => {
      const opened = harness().cgroups.open({ path });
      return opened.ok ? opened.value.id : opened.error.code;
    });
    assert.equal(ids[0], ids[1]);
  });

  test("a group that is not there is a normal answer", () => {
    const path = harness().makeGroup("one").replace(/one$/, "none");
    const opened = harness().cgroups.open({ path });
    assert.equal(opened.ok ? "opened" : opened.error.code, "gone");
  });

  const refused = [
    { path: "/a/../b", code: "invalid-path" },
    { path: "/..", code: "invalid-path" },
    { path: "relative", code: "invalid-path" },
    { path: "/a\0b", code: "invalid-path" },
    { path: "/a//b", code: "invalid-path" },
    { path: `/${"x".repeat(300)}`, code: "invalid-path" },
    { path: "/", code: "never-touch" },
    { path: "/system.slice", code: "never-touch" },
    { path: "/user.slice", code: "never-touch" },
    { path: "/init.scope", code: "never-touch" },
    { path: "/system.slice/docker.service", code: "never-touch" },
    { path: "/lxc.monitor.web", code: "never-touch" },
    { path: "/someone-elses-group", code: "never-touch" },
  ] as const;
  for (const { path, code } of refused) {
    test(`refuses ${JSON.stringify(path.slice(0, 30))} (${path.length} characters)`, () => {
      const opened = harness().cgroups.open({ path });
      assert.equal(opened.ok ? "opened" : opened.error.code, code);
    });
  }
}

function cpuLimitTests(harness: () => CgroupsHarness): void {
  test("a new group has no limit, no burst, a period of 100 ms and the default weight", () => {
    const limit = open(harness()).readCpuLimit();
    assert.ok(limit !== undefined && isSameCpuLimit(limit, kernelDefaultCpuLimit));
    assert.equal(limit.periodMs, 100);
  });

  /** From the limit before (the kernel's default at first) to each of these, one after the other. */
  const ways: readonly { readonly title: string; readonly limits: readonly CpuLimit[] }[] = [
    { title: "a quota", limits: [limitOf({ quotaShares: 50, weight: 50 })] },
    { title: "a fraction of a share", limits: [limitOf({ quotaShares: 12.34 })] },
    {
      title: "up and down with burst, which never exceeds the quota on the way",
      limits: [
        limitOf({ quotaShares: 100, burstShares: 80 }),
        limitOf({ quotaShares: 30, burstShares: 30 }),
        limitOf({ quotaShares: 150, burstShares: 120 }),
      ],
    },
    {
      title: "to no limit, which takes the burst along, and back to less than the burst was",
      limits: [
        limitOf({ quotaShares: 100, burstShares: 90 }),
        limitOf({ quotaShares: null }),
        limitOf({ quotaShares: 20 }),
      ],
    },
    {
      title: "to a longer period and back",
      limits: [
        limitOf({ quotaShares: 40 }),
        limitOf({ quotaShares: 40, burstShares: 40, periodMs: 1000 }),
        limitOf({ quotaShares: 30 }),
      ],
    },
    { title: "the weight alone", limits: [limitOf({ weight: 250 })] },
  ];
  for (const { title, limits } of ways) {
    test(`writes ${title}, and reads it back`, () => {
      const group = open(harness());
      for (const limit of limits) {
        assert.equal(group.writeCpuLimit(limit).kind, "applied");
        const found = group.readCpuLimit();
        assert.ok(found !== undefined && isSameCpuLimit(found, limit), JSON.stringify(found));
        assert.equal(found.periodMs, limit.periodMs);
      }
    });
  }

  test("a limit that is there already is not written again", () => {
    const group = open(harness());
    const limit = limitOf({ quotaShares: 50, burstShares: 20, weight: 50 });
    assert.equal(group.writeCpuLimit(limit).kind, "applied");
    assert.equal(group.writeCpuLimit(limit).kind, "unchanged");
  });

  test("counts the writes it made: only what differs is written", () => {
    const group = open(harness());
    group.writeCpuLimit(limitOf({ quotaShares: 50, weight: 50 }));
    const outcome = group.writeCpuLimit(limitOf({ quotaShares: 60, weight: 50 }));
    assert.equal(outcome.kind === "applied" ? outcome.writes : outcome.kind, 1);
  });

  test("less than the kernel's least quota becomes the least, never no limit", () => {
    const group = open(harness());
    const outcome = group.writeCpuLimit(limitOf({ quotaShares: 0.01 }));
    assert.equal(outcome.kind === "applied" ? outcome.limit.quotaShares : outcome.kind, 1);
  });

  test("the entries that put limits back say which limits they are", () => {
    const group = open(harness());
    const limits = [
      kernelDefaultCpuLimit,
      limitOf({ quotaShares: 70, burstShares: 35, weight: 70 }),
    ];
    for (const cpu of limits) {
      const entries = group.restoreEntries({ cpu, memMib: 256 });
      const found = group.limitsOfEntries(entries);
      assert.ok(found.cpu !== undefined && isSameCpuLimit(found.cpu, cpu));
      assert.equal(found.memMib, 256);
    }
    const unlimited = group.restoreEntries({ cpu: undefined, memMib: null });
    assert.deepEqual(group.limitsOfEntries(unlimited), { cpu: undefined, memMib: null });
    assert.deepEqual(group.restoreEntries({ cpu: undefined, memMib: undefined }), []);
  });

  test("what another hand wrote is read, and those who watch are told", async () => {
    const group = open(harness());
    const told = new Set<string>();
    const watch = group.watchLimits(
      (resource) => told.add(resource),
      () => undefined,
    );
    harness().writeQuotaByOtherHand("one", 33);
    await harness().watchersCalled();
    assert.equal(group.readCpuLimit()?.quotaShares, 33);
    assert.deepEqual([...told], ["cpu"]);
    harness().writeMemoryByOtherHand("one", 300);
    await harness().watchersCalled();
    watch?.cancel();
    assert.equal(group.readMemMibLimit(), 300);
    assert.deepEqual([...told], ["cpu", "mem"]);
  });
}

function readingTests(harness: () => CgroupsHarness): void {
  test("counts the cpu time that was used", async () => {
    const group = open(harness());
    assert.equal(group.readCpuUsedSeconds(), 0);
    await harness().burnCpu("one", 0.1);
    assert.ok((group.readCpuUsedSeconds() ?? 0) >= 0.1);
  });

  test("counts the periods in which the group had to wait for its quota", async () => {
    const group = open(harness());
    group.writeCpuLimit(limitOf({ quotaShares: 20 }));
    await harness().burnCpu("one", 0.1);
    const throttling = group.readThrottling();
    assert.ok(throttling !== undefined && throttling.throttledPeriods >= 2);
    assert.ok(throttling.periods >= throttling.throttledPeriods);
    assert.ok(throttling.throttledSeconds > 0);
  });

  test("tells a frozen group from an idle one", () => {
    const group = open(harness());
    assert.equal(group.isFrozen(), false);
    harness().setFrozen("one", true);
    assert.equal(group.isFrozen(), true);
    harness().setFrozen("one", false);
    assert.equal(group.isFrozen(), false);
  });
}

function diskTests(harness: () => CgroupsHarness): void {
  test("an empty group has no processes, and no bound of them", () => {
    const group = open(harness());
    assert.deepEqual(group.readTasks(), { count: 0, max: null });
    assert.deepEqual(group.readProcessIds(10), []);
  });

  // Partitions, overlays and virtual file systems have no counters and take no limit: on a machine that has
  // nothing else these two are shown in the second kernel, which is given a disk, and on the simulated host.
  test("counts what was read from a disk", async (t) => {
    const { disk } = harness();
    if (disk === undefined) return t.skip("there is no disk whose use is counted");
    const group = open(harness());
    const bytesRead = (): number =>
      group.readDiskUse()?.find(({ device }) => device === disk.device)?.bytesRead ?? 0;
    assert.equal(bytesRead(), 0);
    await disk.read("one", 1_048_576);
    assert.ok(bytesRead() >= 1_048_576, JSON.stringify(group.readDiskUse()));
  });

  test("limits a disk, writes only what differs, and takes the limit away again", (t) => {
    const { disk } = harness();
    if (disk === undefined) return t.skip("there is no disk whose use is counted");
    const group = open(harness());
    const { device } = disk;
    const none = { device, readBytesPerSecond: null, writeBytesPerSecond: null };
    const both = { device, readBytesPerSecond: 5_242_880, writeBytesPerSecond: 1_048_576 };
    assert.deepEqual(group.readDiskLimits(), []);
    assert.equal(group.writeDiskLimit(none).kind, "unchanged");
    for (const limit of [both, { ...both, readBytesPerSecond: null }]) {
      assert.deepEqual(group.writeDiskLimit(limit), { kind: "applied", limit });
      assert.deepEqual(group.readDiskLimits(), [limit]);
      assert.equal(group.writeDiskLimit(limit).kind, "unchanged");
    }
    assert.deepEqual(group.writeDiskLimit(none), { kind: "applied", limit: none });
    assert.deepEqual(group.readDiskLimits(), []);
  });

  test("the entry that puts a disk's limit back says which it is, and of which direction", () => {
    const group = open(harness());
    const of = { device: "8:0", direction: "read" } as const;
    for (const readBytesPerSecond of [null, 5_242_880]) {
      const limit = { device: "8:0", readBytesPerSecond, writeBytesPerSecond: 1 };
      const entry = group.diskRestoreEntry(limit, "read");
      assert.ok(entry !== undefined);
      assert.equal(entry.resource, "disk_read");
      assert.equal(group.diskLimitOfEntry(entry, of), readBytesPerSecond);
      assert.equal(group.diskLimitOfEntry(entry, { ...of, direction: "write" }), undefined);
      assert.equal(group.diskLimitOfEntry(entry, { ...of, device: "8:16" }), undefined);
      assert.equal(group.diskLimitOfEntry({ ...entry, inode: `${entry.inode}0` }, of), undefined);
    }
  });

  test("what is no device is refused", () => {
    const limit = {
      device: "8:0 1\n9:0",
      readBytesPerSecond: 1_048_576,
      writeBytesPerSecond: null,
    };
    const outcome = open(harness()).writeDiskLimit(limit);
    assert.equal(outcome.kind === "refused" ? outcome.refusal.code : outcome.kind, "invalid");
  });
}

function vanishingTests(harness: () => CgroupsHarness): void {
  test("a group that vanished has no readings, and a write says so", () => {
    const group = open(harness());
    harness().removeGroup("one");
    assert.equal(group.exists(), false);
    assert.equal(group.readCpuUsedSeconds(), undefined);
    assert.equal(group.readThrottling(), undefined);
    assert.equal(group.readCpuLimit(), undefined);
    assert.equal(group.readTasks(), undefined);
    assert.equal(group.readProcessIds(1), undefined);
    assert.equal(group.readDiskUse(), undefined);
    assert.equal(group.writeCpuLimit(limitOf({ quotaShares: 50 })).kind, "gone");
    const disk = { device: "8:0", readBytesPerSecond: 1_048_576, writeBytesPerSecond: null };
    assert.equal(group.writeDiskLimit(disk).kind, "gone");
  });

  test("a group made anew under the same name is another, and is not written through the old", () => {
    const old = open(harness());
    old.readCpuLimit();
    harness().removeGroup("one");
    const renewed = open(harness());
    assert.notEqual(renewed.id, old.id);
    assert.equal(old.exists(), false);
    assert.equal(old.writeCpuLimit(limitOf({ quotaShares: 50 })).kind, "gone");
    assert.equal(renewed.readCpuLimit()?.quotaShares, null);
  });
}

function memoryTests(harness: () => CgroupsHarness): void {
  test("writes a memory limit, reads it back, and does not write it again", async () => {
    const group = open(harness());
    assert.equal(group.readMemMibLimit(), null);
    assert.deepEqual(await group.writeMemMibLimit(128, 5), { kind: "applied", memMib: 128 });
    assert.equal(group.readMemMibLimit(), 128);
    assert.deepEqual(await group.writeMemMibLimit(128, 5), { kind: "unchanged", memMib: 128 });
    assert.deepEqual(await group.writeMemMibLimit(null, 5), { kind: "applied", memMib: null });
    assert.equal(group.readMemMibLimit(), null);
  });

  test("waiting at the memory limit, where there is such a choice, is off until it is switched on", () => {
    const { memoryWait } = open(harness());
    if (memoryWait === undefined) return;
    const isOn = (): boolean | undefined => memoryWait.read()?.isOn;
    assert.deepEqual(memoryWait.read(), {
      isOn: false,
      isWaiting: false,
      hasGroupsInside: false,
    });
    assert.ok(memoryWait.write(true).ok);
    assert.equal(isOn(), true);
    assert.ok(memoryWait.write(false).ok);
    assert.equal(isOn(), false);
    harness().removeGroup("one");
    assert.equal(memoryWait.read(), undefined);
    assert.ok(memoryWait.write(false).ok, "where the group is gone nothing waits");
  });

  test("tells when the group waits at its memory limit, which a larger one ends", async () => {
    const { takeMemory, watchersCalled } = harness();
    const group = open(harness());
    let pressed = 0;
    const watch = group.watchMemoryPressure(() => {
      pressed += 1;
    });
    if (takeMemory === undefined) {
      assert.equal(watch, undefined);
      return;
    }
    assert.ok(watch !== undefined);
    await group.writeMemMibLimit(32, 5);
    await takeMemory("one", 48);
    for (let look = 0; look < looksMax && pressed === 0; look += 1) await watchersCalled();
    watch.cancel();
    assert.ok(pressed > 0);
    assert.equal(group.readMemoryKills(), 0);
    await group.writeMemMibLimit(128, 5);
    const chargedMib = (): number => group.readMemMibCharged() ?? 0;
    for (let look = 0; look < looksMax && chargedMib() < 48; look += 1) await watchersCalled();
    assert.ok(chargedMib() >= 48);
  });

  test("a memory limit of a group that vanished is a normal answer", async () => {
    const group = open(harness());
    harness().removeGroup("one");
    assert.equal((await group.writeMemMibLimit(128, 5)).kind, "gone");
  });
}
