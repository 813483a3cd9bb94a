import { type Finding, ok, problem, warning } from "./finding.ts";
import type { Machine } from "./machine.ts";

/** What the kernel offers of that the server needs. */
export function kernelChecks(machine: Machine): readonly Finding[] {
  const mounts = mountsIn(machine);
  const hierarchies = hierarchiesOf(mounts);
  return [
    hierarchies,
    ...(hierarchies.status === "problem"
      ? []
      : [controllersOf(mounts), ...handedDownOf(machine, mounts)]),
    ...(mounts.v1.has("cpu") ? [burstOf(machine, mounts)] : []),
    swapOf(machine, mounts),
  ];
}

interface Mounts {
  /** Controller → where it is mounted. */
  readonly v1: ReadonlyMap<string, string>;
  /** The controllers of version 2; `undefined` where it is not mounted. */
  readonly v2: readonly string[] | undefined;
  /** Where the tree of version 2 begins. */
  readonly unified: string | undefined;
}

function mountsIn(machine: Machine): Mounts {
  const table = machine.read("/proc/self/mounts") ?? "";
  const rows = table.split("\n").map((line) => line.split(" "));
  const v1 = new Map<string, string>();
  for (const [, place, type, options = ""] of rows) {
    if (type !== "cgroup" || place === undefined) continue;
    for (const option of options.split(",")) if (!v1.has(option)) v1.set(option, place);
  }
  const unified = rows.find(([, , type]) => type === "cgroup2")?.[1];
  const v2 = unified && (machine.read(`${unified}/cgroup.controllers`) ?? "").trim().split(" ");
  return { v1, v2: v2 || undefined, unified };
}

function hierarchiesOf({ v1, v2 }: Mounts): Finding {
  const check = "control groups";
  if (v1.has("cpu")) return ok(check, v2 ? "hybrid: v1 controllers beside v2" : "v1");
  if (v2?.includes("cpu")) return ok(check, v1.has("memory") ? "v2, memory on v1" : "v2");
  return problem(check, {
    text: v2 ? "v2 without the cpu controller" : "neither version is mounted",
    nextStep: v2
      ? "look for cgroup_disable= in /proc/cmdline; in a container its engine must delegate it"
      : "mount v2: mount -t cgroup2 cgroup2 /sys/fs/cgroup",
  });
}

/** Without the first two nothing starts; without the others there is less. */
const controllers = [
  { name: "cpu", isNeeded: true, without: "nothing can be scaled" },
  { name: "cpuacct", isNeeded: true, without: "use cannot be measured" },
  { name: "memory", isNeeded: false, without: "memory is neither measured nor scaled" },
  { name: "freezer", isNeeded: false, without: "a frozen container looks like an idle one" },
] as const;
/** On v2 they are a part of cpu and of every group. */
const onlyOfV1: readonly string[] = ["cpuacct", "freezer"];

function controllersOf({ v1, v2 = [] }: Mounts): Finding {
  const check = "controllers";
  const isOnV2 = (name: string): boolean =>
    v2.includes(onlyOfV1.includes(name) && !v1.has("cpu") ? "cpu" : name);
  const missing = controllers.filter(({ name }) => !v1.has(name) && !isOnV2(name));
  if (missing.length === 0) return ok(check, controllers.map(({ name }) => name).join(", "));
  const found = {
    text: missing.map(({ name, without }) => `no ${name}: ${without}`).join("; "),
    nextStep: `mount them, or boot with them enabled (${missing.map(({ name }) => `cgroup_enable=${name}`).join(" ")})`,
  };
  return missing.some(({ isNeeded }) => isNeeded) ? problem(check, found) : warning(check, found);
}

/** On v2 a group has the files of a controller only where all groups above it hand it down. */
function handedDownOf(machine: Machine, { v1, v2 = [], unified }: Mounts): readonly Finding[] {
  const check = "delegation";
  const ofV2 = ["cpu", "memory"].filter((name) => v2.includes(name) && !v1.has(name));
  if (ofV2.length === 0) return [];
  const file = `${unified}/cgroup.subtree_control`;
  const handedDown = (machine.read(file) ?? "").trim().split(" ");
  const missing = ofV2.filter((name) => !handedDown.includes(name));
  if (missing.length === 0) return [ok(check, `${ofV2.join(" and ")} at the top`)];
  const words = missing.map((name) => `+${name}`).join(" ");
  return [
    warning(check, {
      text: `the top group hands down no ${missing.join(" and no ")}: nothing has a limit of it`,
      nextStep: `echo "${words}" >${file}, or Delegate= of a unit`,
    }),
  ];
}

function burstOf(machine: Machine, { v1 }: Mounts): Finding {
  const check = "cpu burst";
  if (machine.exists(`${v1.get("cpu")}/cpu.cfs_burst_us`)) return ok(check, "the kernel has it");
  return warning(check, {
    text: "no cpu.cfs_burst_us: a container that rests cannot save quota for a peak",
    nextStep: "run Linux 5.14 or newer, if peaks matter",
  });
}

function swapOf(machine: Machine, { v1, v2 }: Mounts): Finding {
  const check = "swap";
  const swaps = (machine.read("/proc/swaps") ?? "").trim().split("\n").length - 1;
  const memory = v1.get("memory");
  const isOnV2 = v2?.includes("memory") === true;
  if (memory === undefined && !isOnV2)
    return ok(check, "of no concern without the memory controller");
  const isCounted = isOnV2 || machine.exists(`${memory}/memory.memsw.limit_in_bytes`);
  if (swaps <= 0) return ok(check, `none${isCounted ? "; it would be counted" : ""}`);
  if (isCounted) return ok(check, "on, and counted for each group");
  return warning(check, {
    text: "on, and not counted: a memory limit pushes a container into swap instead of stopping it",
    nextStep: "boot with swapaccount=1, or `swapoff -a`",
  });
}
