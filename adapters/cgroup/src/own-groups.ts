import { readFileSync } from "node:fs";

const keptMs = 1000;

/**
 * Tells the groups this process is in, in all hierarchies, the root left out. Every write asks, so the
 * answer is kept for a second: nobody moves a process about faster than that.
 */
export function ownGroupsReader(): () => readonly string[] {
  let groups: readonly string[] = [];
  let readAtMs = Number.NEGATIVE_INFINITY;
  return () => {
    const nowMs = performance.now();
    if (nowMs - readAtMs > keptMs) {
      groups = parseOwnGroups(readFileSync("/proc/self/cgroup", "utf8"));
      readAtMs = nowMs;
    }
    return groups;
  };
}

/** Lines are `id:controllers:path`; the path may hold colons. */
export function parseOwnGroups(text: string): readonly string[] {
  const groups = new Set<string>();
  for (const line of text.split("\n")) {
    const path = line.split(":").slice(2).join(":");
    if (path.startsWith("/") && path !== "/") groups.add(path);
  }
  return [...groups];
}
