import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Findings } from "./findings.ts";

const files = ["cpu.shares", "cpu.cfs_quota_us", "memory.limit_in_bytes"];
/** Groups of tests and engines come and go beside us. */
const othersOwn = /^(sc-test-|lxc\.|serverless-containers-)/;
const deepest = 2;

/** Limits of groups that are none of ours: the system's, our ancestors', engines'. */
export class Elsewhere {
  readonly #before: ReadonlyMap<string, string>;

  constructor(hierarchies: readonly string[]) {
    this.#before = new Map(hierarchies.flatMap((folder) => limitsBelow(folder, 0)));
  }

  check(findings: Findings): void {
    for (const [key, value] of this.#before) {
      const now = readIfThere(key.slice(key.indexOf(" ") + 1));
      if (now === undefined || !isTheSame(key)) continue;
      if (now !== value) findings.add("touched-elsewhere", `${key}: ${value} → ${now}`);
    }
  }
}

/** By inode and path. */
function limitsBelow(folder: string, depth: number): readonly (readonly [string, string])[] {
  const here = files.flatMap((file): readonly (readonly [string, string])[] => {
    const path = join(folder, file);
    const value = readIfThere(path);
    return value === undefined ? [] : [[`${statSync(path).ino} ${path}`, value]];
  });
  if (depth === deepest) return here;
  const below = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !othersOwn.test(entry.name),
  );
  return [...here, ...below.flatMap(({ name }) => limitsBelow(join(folder, name), depth + 1))];
}

function isTheSame(key: string): boolean {
  const [inode = "", ...path] = key.split(" ");
  return String(statSync(path.join(" "), { throwIfNoEntry: false })?.ino) === inode;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}
