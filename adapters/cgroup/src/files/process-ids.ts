import { readdirSync, readFileSync } from "node:fs";

/** A container with more groups inside has its processes in the first of them all the same. */
const groupsMax = 256;

/**
 * The processes of a group and of those below it, as where systemd runs inside they are all below. `undefined`
 * when the group is gone.
 */
export function processIdsIn(folder: string, max: number): readonly number[] | undefined {
  const ids: number[] = [];
  const folders = [folder];
  for (let at = 0; at < Math.min(folders.length, groupsMax) && ids.length < max; at += 1) {
    const group = folders[at] ?? folder;
    try {
      ids.push(...parseProcessIds(readFileSync(`${group}/cgroup.procs`, "latin1")));
      for (const entry of readdirSync(group, { withFileTypes: true }))
        if (entry.isDirectory()) folders.push(`${group}/${entry.name}`);
    } catch {
      // A group below that ended meanwhile has no processes.
      if (at === 0) return undefined;
    }
  }
  return ids.slice(0, max);
}

/** 0 is a process of a namespace that we do not see. */
const parseProcessIds = (text: string): readonly number[] =>
  [...text.matchAll(/^([1-9]\d{0,9})$/gm)].map(([, id]) => Number(id));
