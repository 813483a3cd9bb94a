import { readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import type { SkippedFile } from "./series.ts";

export interface FoundFiles {
  /** Paths below the folder, with `/`, in order. */
  readonly files: readonly string[];
  readonly skipped: readonly SkippedFile[];
}

/** Whoever names a whole disk gets an answer too. */
const mostEntries = 10_000;
const deepest = 32;
const largestBytes = 64 * 1024 * 1024;

/** All regular files below a folder, symbolic links followed, each folder entered once. */
export function findFiles(folder: string): FoundFiles {
  const walk: Walk = { folder, files: [], skipped: [], entered: new Set(), entries: 0 };
  enter(walk, "", 0);
  if (walk.entries > mostEntries)
    walk.skipped.push({ file: ".", reason: `more than ${mostEntries} entries: the rest is left` });
  return walk;
}

interface Walk {
  readonly folder: string;
  readonly files: string[];
  readonly skipped: SkippedFile[];
  /** Real paths: a link may lead back up. */
  readonly entered: Set<string>;
  entries: number;
}

function enter(walk: Walk, below: string, depth: number): void {
  const path = join(walk.folder, below);
  const names = attempt(() => readdirSync(path).toSorted());
  const real = attempt(() => realpathSync(path));
  if (!Array.isArray(names) || typeof real !== "string") {
    walk.skipped.push({ file: below === "" ? "." : below, reason: "a folder that cannot be read" });
    return;
  }
  if (depth > deepest || walk.entered.has(real)) {
    const reason = depth > deepest ? "too many folders deep" : "a folder that was read before";
    walk.skipped.push({ file: below, reason });
    return;
  }
  walk.entered.add(real);
  for (const name of names) {
    walk.entries += 1;
    if (walk.entries > mostEntries) return;
    visit(walk, below === "" ? name : `${below}/${name}`, depth);
  }
}

function visit(walk: Walk, file: string, depth: number): void {
  const stats = attempt(() => statSync(join(walk.folder, file)));
  // What the version control and editors keep is nobody's trace.
  const isHidden = /(^|\/)\.[^/]*$/.test(file);
  if (stats?.isDirectory() === true && !isHidden) {
    enter(walk, file, depth + 1);
    return;
  }
  const reason = isHidden
    ? "hidden"
    : stats === undefined
      ? "cannot be read: a link that leads nowhere, or not permitted"
      : whyNotRead(stats);
  if (reason === undefined) walk.files.push(file);
  else walk.skipped.push({ file, reason });
}

/** Opening a pipe would wait for its writer. */
function whyNotRead(stats: { isFile(): boolean; readonly size: number }): string | undefined {
  if (!stats.isFile()) return "not a regular file";
  return stats.size > largestBytes ? `larger than ${largestBytes / 1_048_576} MiB` : undefined;
}

function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
