import { readFileSync } from "node:fs";
import { CgroupHierarchyMissing } from "./errors.ts";

/**
 * Where each controller is mounted: `/sys/fs/cgroup/cpu` on v1. On v2 all are in one tree, so they share one
 * folder; a host may have some on v1 and the rest in the tree of v2, and each is used where it is.
 */
export interface Hierarchies {
  /** Also the identity of a group: the inode of its folder here. */
  readonly cpu: string;
  readonly cpuacct: string;
  readonly memory: string | undefined;
  readonly freezer: string | undefined;
  readonly io: string | undefined;
  readonly pids: string | undefined;
  readonly cpuset: string | undefined;
  /** The tree of v2: a controller that has this folder is one of v2. */
  readonly unified: string | undefined;
}

/** Of cgroup, by which the files of cpu are named. */
export const cpuVersion = ({ cpu, unified }: Hierarchies): 1 | 2 => (cpu === unified ? 2 : 1);

/** By which a limit of memory brakes, or kills. */
export const memoryVersion = ({ memory, unified }: Hierarchies): 1 | 2 =>
  memory !== undefined && memory === unified ? 2 : 1;

/** Finds where this host has its controllers: v1, v2, or a hybrid whose v2 tree has none, or some. */
export function findHierarchies(
  mountinfo = readFileSync("/proc/self/mountinfo", "utf8"),
  readControllers = controllersAt,
): Hierarchies {
  const v1 = parseV1Mounts(mountinfo);
  const unified = parseV2Mount(mountinfo);
  const unifiedControllers = unified === undefined ? [] : readControllers(unified);
  const mountOf = (controller: string, nameOnV2 = controller): string | undefined =>
    v1.get(controller) ?? (unifiedControllers.includes(nameOnV2) ? unified : undefined);
  const cpu = mountOf("cpu");
  // Its own controller on v1, a part of `cpu.stat` on v2.
  const cpuacct = v1.has("cpu") ? v1.get("cpuacct") : cpu;
  if (cpu === undefined || cpuacct === undefined) {
    const controller = cpu === undefined ? "cpu" : "cpuacct";
    throw new CgroupHierarchyMissing(controller, unified);
  }
  return {
    cpu,
    cpuacct,
    memory: mountOf("memory"),
    // No controller on v2: each of its groups can be frozen.
    freezer: v1.get("freezer") ?? (cpu === unified ? unified : undefined),
    io: mountOf("blkio", "io"),
    pids: mountOf("pids"),
    cpuset: mountOf("cpuset"),
    unified,
  };
}

/** The controllers v2's tree has to give; on a hybrid host none, or those that no v1 has. */
function controllersAt(mount: string): readonly string[] {
  try {
    return readFileSync(`${mount}/cgroup.controllers`, "utf8").trim().split(" ");
  } catch {
    // Not readable is as good as none: the error that follows says where to look.
    return [];
  }
}

/**
 * Controller → mount point. The first mount of a controller wins, as later ones are bind mounts.
 */
export function parseV1Mounts(mountinfo: string): ReadonlyMap<string, string> {
  const mounts = new Map<string, string>();
  for (const { type, mountPoint, options } of parseMounts(mountinfo)) {
    if (type !== "cgroup") continue;
    for (const controller of options) {
      if (!mounts.has(controller)) mounts.set(controller, mountPoint);
    }
  }
  return mounts;
}

/** The first mount of v2's tree, as later ones are bind mounts. */
export const parseV2Mount = (mountinfo: string): string | undefined =>
  parseMounts(mountinfo).find(({ type }) => type === "cgroup2")?.mountPoint;

interface Mount {
  readonly type: string;
  readonly mountPoint: string;
  readonly options: readonly string[];
}

function parseMounts(mountinfo: string): readonly Mount[] {
  const mounts: Mount[] = [];
  for (const line of mountinfo.split("\n")) {
    const [left, right] = line.split(" - ");
    if (left === undefined || right === undefined) continue;
    const [type = "", , options = ""] = right.split(" ");
    const mountPoint = left.split(" ")[4];
    if (mountPoint === undefined) continue;
    mounts.push({ type, mountPoint: unescapeMountPoint(mountPoint), options: options.split(",") });
  }
  return mounts;
}

/** The kernel writes blanks in paths as octal: `\040`. */
const unescapeMountPoint = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
