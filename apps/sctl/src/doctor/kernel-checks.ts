import { type Finding, ok, problem, warning } from "./finding.ts";
import type { Machine } from "./machine.ts";

/** What the kernel offers of that the server needs. */
export function kernelChecks(machine: Machine): readonly Finding[] {
  const mounts = mountsIn(machine.read("/proc/self/mounts") ?? "");
  return [
    hierarchiesOf(mounts),
    ...(mounts.v1.size === 0 ? [] : [controllersOf(mounts), burstOf(machine, mounts)]),
    swapOf(machine, mounts),
  ];
}

interface Mounts {
  /** Controller → where it is mounted. */
  readonly v1: ReadonlyMap<string, string>;
  readonly hasV2: boolean;
}

function mountsIn(table: string): Mounts {
  const rows = table.split("\n").map((line) => line.split(" "));
  const v1 = new Map<string, string>();
  for (const [, place, type, options = ""] of rows) {
    if (type !== "cgroup" || place === undefined) continue;
    for (const option of options.split(",")) if (!v1.has(option)) v1.set(option, place);
  }
  return { v1, hasV2: rows.some(([, , type]) => type === "cgroup2") };
}

function hierarchiesOf({ v1, hasV2 }: Mounts): Finding {
  const check = "control groups";
  if (v1.has("cpu")) return ok(check, hasV2 ? "hybrid: v1 controllers beside v2" : "v1");
  return problem(check, {
    text: hasV2
      ? "v2 alone, which this version does not scale yet"
      : "no controllers of version 1 are mounted",
    nextStep:
      "boot with systemd.unified_cgroup_hierarchy=0 systemd.legacy_systemd_cgroup_controller",
  });
}

/** Without the first two nothing starts; without the others there is less. */
const controllers = [
  { name: "cpu", isNeeded: true, without: "nothing can be scaled" },
  { name: "cpuacct", isNeeded: true, without: "use cannot be measured" },
  { name: "memory", isNeeded: false, without: "memory is neither measured nor scaled" },
  { name: "freezer", isNeeded: false, without: "a frozen container looks like an idle one" },
] as const;

function controllersOf({ v1 }: Mounts): Finding {
  const check = "controllers";
  const missing = controllers.filter(({ name }) => !v1.has(name));
  if (missing.length === 0) return ok(check, controllers.map(({ name }) => name).join(", "));
  const found = {
    text: missing.map(({ name, without }) => `no ${name}: ${without}`).join("; "),
    nextStep: `mount them, or boot with them enabled (${missing.map(({ name }) => `cgroup_enable=${name}`).join(" ")})`,
  };
  return missing.some(({ isNeeded }) => isNeeded) ? problem(check, found) : warning(check, found);
}

function burstOf(machine: Machine, { v1 }: Mounts): Finding {
  const check = "cpu burst";
  if (machine.exists(`${v1.get("cpu")}/cpu.cfs_burst_us`)) return ok(check, "the kernel has it");
  return warning(check, {
    text: "no cpu.cfs_burst_us: a container that rests cannot save quota for a peak",
    nextStep: "run Linux 5.14 or newer, if peaks matter",
  });
}

function swapOf(machine: Machine, { v1 }: Mounts): Finding {
  const check = "swap";
  const swaps = (machine.read("/proc/swaps") ?? "").trim().split("\n").length - 1;
  const memory = v1.get("memory");
  if (memory === undefined) return ok(check, "of no concern without the memory controller");
  const isCounted = machine.exists(`${memory}/memory.memsw.limit_in_bytes`);
  if (swaps <= 0) return ok(check, `none${isCounted ? "; it would be counted" : ""}`);
  if (isCounted) return ok(check, "on, and counted for each group");
  return warning(check, {
    text: "on, and not counted: a memory limit pushes a container into swap instead of stopping it",
    nextStep: "boot with swapaccount=1, or `swapoff -a`",
  });
}
