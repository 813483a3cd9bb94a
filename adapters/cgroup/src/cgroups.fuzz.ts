import assert from "node:assert/strict";
import { fuzzTarget, kernelText } from "@sc/domain/testing";
import type { ControlGroup } from "@sc/ports";
import fc from "fast-check";
import { KernelCgroups } from "./cgroups.ts";
import type { Hierarchies } from "./hierarchies.ts";
import { FakeKernelFiles } from "./testing/fake-kernel-files.ts";

/** The files that are read of a group of one version of cgroup, and keys that stand in some of them. */
interface Layout {
  readonly version: 1 | 2;
  readonly hierarchies: Hierarchies;
  readonly files: readonly string[];
  readonly keys: readonly string[];
}

const layouts: readonly Layout[] = [
  {
    version: 1,
    hierarchies: {
      cpu: "/cpu",
      cpuacct: "/cpuacct",
      memory: "/memory",
      freezer: "/freezer",
      io: "/blkio",
      pids: "/pids",
      cpuset: "/cpuset",
      unified: undefined,
    },
    files: [
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
      "/blkio/web/blkio.throttle.io_service_bytes_recursive",
      "/blkio/web/blkio.throttle.read_bps_device",
      "/blkio/web/blkio.throttle.write_bps_device",
      "/pids/web/pids.current",
      "/pids/web/pids.max",
    ],
    keys: ["nr_periods", "nr_throttled", "throttled_time", "total_rss", "total_shmem", "8:0 Read"],
  },
  {
    version: 2,
    hierarchies: {
      cpu: "/cgroup",
      cpuacct: "/cgroup",
      memory: "/cgroup",
      freezer: "/cgroup",
      io: "/cgroup",
      pids: "/cgroup",
      cpuset: "/cgroup",
      unified: "/cgroup",
    },
    files: [
      "cgroup.events",
      "cpu.max",
      "cpu.max.burst",
      "cpu.weight",
      "cpu.stat",
      "memory.current",
      "memory.events",
      "memory.high",
      "memory.max",
      "memory.stat",
      "io.stat",
      "io.max",
      "pids.current",
      "pids.max",
    ].map((name) => `/cgroup/web/${name}`),
    keys: ["max", "usage_usec", "nr_periods", "nr_throttled", "frozen", "anon", "8:0 rbps=max"],
  },
];
const contentsOf = ({ files, keys }: Layout) =>
  fc.record(
    Object.fromEntries(
      files.map((file) => [file, kernelText([...keys, "total_dirty", "oom_kill"])]),
    ),
    { requiredKeys: [] },
  );
const wanted = fc.record({
  quotaShares: fc.option(fc.double({ min: 0.01, max: 1e5, noNaN: true })),
  burstShares: fc.double({ min: 0, max: 100, noNaN: true }),
  periodMs: fc.integer({ min: 1, max: 1000 }),
  weight: fc.integer({ min: 1, max: 10_000 }),
});

function open(
  hierarchies: Hierarchies,
  contentOf: Readonly<Record<string, string | undefined>>,
): ControlGroup {
  const kernel = new FakeKernelFiles();
  kernel.inodes.set(`${hierarchies.cpu}/web`, 7);
  kernel.inodes.set(`${hierarchies.memory}/web`, 8);
  for (const [file, content = ""] of Object.entries(contentOf)) kernel.contents.set(file, content);
  const opened = new KernelCgroups({
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

export const targets = layouts.map((layout) =>
  fuzzTarget(
    `group-files-v${layout.version}`,
    fc.tuple(contentsOf(layout), wanted),
    async ([contentOf, limit]) => {
      const group = open(layout.hierarchies, contentOf);
      assertFinite(group.readCpuUsedSeconds(), "cpu used");
      assertFinite(group.readThrottling(), "throttling");
      assertFinite(group.readCpuLimit(), "cpu limit");
      assertFinite(group.readMemMibCharged(), "memory charged");
      assertFinite(group.readMemory(), "memory");
      assertFinite(group.readMemoryKills(), "kills");
      assertFinite(group.readMemMibLimit(), "memory limit");
      assertFinite(group.readTasks(), "tasks");
      assertFinite(group.readDiskUse(), "disk use");
      assertFinite(group.readDiskLimits(), "disk limits");
      assert.equal(typeof group.isFrozen(), "boolean");
      assertFinite(group.limitsOfEntries(group.restoreEntries({ cpu: limit, memMib: 64 })), "list");
      assertFinite(await group.writeMemMibLimit(64, 1), "memory outcome");
      assertFinite(group.writeCpuLimit(limit), "cpu outcome");
      const disk = { device: "8:0", readBytesPerSecond: 1, writeBytesPerSecond: null };
      assertFinite(group.writeDiskLimit(disk), "disk outcome");
      group.close();
    },
  ),
);
