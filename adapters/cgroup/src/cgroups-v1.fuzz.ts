import assert from "node:assert/strict";
import { fuzzTarget, kernelText } from "@sc/domain/testing";
import type { ControlGroup } from "@sc/ports";
import fc from "fast-check";
import { CgroupsV1 } from "./cgroups-v1.ts";
import { FakeKernelFiles } from "./testing/fake-kernel-files.ts";

/** Every file that is read of a group, and keys that stand in some of them. */
const files = [
  "/cpu/web/cpu.cfs_quota_us",
  "/cpu/web/cpu.cfs_burst_us",
  "/cpu/web/cpu.cfs_period_us",
  "/cpu/web/cpu.shares",
  "/cpu/web/cpu.stat",
  "/cpuacct/web/cpuacct.usage",
  "/memory/web/memory.usage_in_bytes",
  "/memory/web/memory.limit_in_bytes",
  "/memory/web/memory.memsw.limit_in_bytes",
  "/memory/web/memory.stat",
  "/memory/web/memory.oom_control",
  "/freezer/web/freezer.state",
];
const keys = ["nr_periods", "nr_throttled", "throttled_time", "total_rss", "total_shmem"];
const contents = fc.record(
  Object.fromEntries(files.map((file) => [file, kernelText([...keys, "total_dirty", "oom_kill"])])),
  { requiredKeys: [] },
);
const wanted = fc.record({
  quotaShares: fc.option(fc.double({ min: 0.01, max: 1e5, noNaN: true })),
  burstShares: fc.double({ min: 0, max: 100, noNaN: true }),
  periodMs: fc.integer({ min: 1, max: 1000 }),
  weight: fc.integer({ min: 1, max: 10_000 }),
});

function open(contentOf: Readonly<Record<string, string | undefined>>): ControlGroup {
  const kernel = new FakeKernelFiles();
  kernel.inodes.set("/cpu/web", 7);
  kernel.inodes.set("/memory/web", 8);
  for (const [file, content = ""] of Object.entries(contentOf)) kernel.contents.set(file, content);
  const hierarchies = {
    cpu: "/cpu",
    cpuacct: "/cpuacct",
    memory: "/memory",
    freezer: "/freezer",
  };
  const opened = new CgroupsV1({
    hierarchies,
    files: kernel,
    isContainerGroup: () => true,
    ownGroups: () => [],
    log: { info: () => {}, warn: () => {}, error: () => {} },
    writer: {
      write: async () => ({ kind: "written" }),
      close: async () => {},
    },
  }).open({ path: "/web" });
  assert.ok(opened.ok);
  return opened.value;
}

/** Missing is `undefined`; what is there is a number one can count with. */
function assertFinite(value: unknown, what: string): void {
  if (typeof value === "number") assert.ok(Number.isFinite(value), `${what} is ${value}`);
  if (typeof value === "object" && value !== null) {
    for (const [key, each] of Object.entries(value)) assertFinite(each, `${what}.${key}`);
  }
}

export const targets = [
  fuzzTarget("group-files-v1", fc.tuple(contents, wanted), async ([contentOf, limit]) => {
    const group = open(contentOf);
    assertFinite(group.readCpuUsedSeconds(), "cpu used");
    assertFinite(group.readThrottling(), "throttling");
    assertFinite(group.readCpuLimit(), "cpu limit");
    assertFinite(group.readMemMibCharged(), "memory charged");
    assertFinite(group.readMemory(), "memory");
    assertFinite(group.readMemoryKills(), "kills");
    assertFinite(group.readMemMibLimit(), "memory limit");
    assert.equal(typeof group.isFrozen(), "boolean");
    assertFinite(group.limitsOfEntries(group.restoreEntries({ cpu: limit, memMib: 64 })), "list");
    assertFinite(await group.writeMemMibLimit(64, 1), "memory outcome");
    assertFinite(group.writeCpuLimit(limit), "cpu outcome");
    group.close();
  }),
];
