import { readFileSync } from "node:fs";
import { CgroupHierarchyMissing } from "./errors.ts";

/** Where each controller of cgroup v1 is mounted: `/sys/fs/cgroup/cpu`. */
export interface Hierarchies {
  readonly cpu: string;
  readonly cpuacct: string;
  readonly memory: string | undefined;
  readonly freezer: string | undefined;
}

/**
 * Finds the v1 hierarchies of this host. On a hybrid host the v2 tree has no controllers and is of
 * no interest here.
 */
export function findHierarchies(
  mountinfo = readFileSync("/proc/self/mountinfo", "utf8"),
): Hierarchies {
  const mounts = parseV1Mounts(mountinfo);
  const cpu = mounts.get("cpu");
  const cpuacct = mounts.get("cpuacct");
  if (cpu === undefined || cpuacct === undefined) {
    throw new CgroupHierarchyMissing(cpu === undefined ? "cpu" : "cpuacct");
  }
  return { cpu, cpuacct, memory: mounts.get("memory"), freezer: mounts.get("freezer") };
}

/**
 * Controller → mount point. The first mount of a controller wins, as later ones are bind mounts.
 */
export function parseV1Mounts(mountinfo: string): ReadonlyMap<string, string> {
  const mounts = new Map<string, string>();
  for (const line of mountinfo.split("\n")) {
    const [left, right] = line.split(" - ");
    if (left === undefined || right === undefined) continue;
    const [type, , options = ""] = right.split(" ");
    const mountPoint = left.split(" ")[4];
    if (type !== "cgroup" || mountPoint === undefined) continue;
    for (const controller of options.split(",")) {
      if (!mounts.has(controller)) mounts.set(controller, unescapeMountPoint(mountPoint));
    }
  }
  return mounts;
}

/** The kernel writes blanks in paths as octal: `\040`. */
const unescapeMountPoint = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
