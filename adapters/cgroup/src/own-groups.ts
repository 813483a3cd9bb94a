import { readFileSync } from "node:fs";

/** The groups this process is in, in all hierarchies, the root left out. */
export function readOwnGroups(): readonly string[] {
  return parseOwnGroups(readFileSync("/proc/self/cgroup", "utf8"));
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
