import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Random } from "@sc/simulation";
import { outputOf } from "./ended.ts";
import type { Job } from "./run-jobs.ts";
import { textOf } from "./text.ts";
import type { Done, Workload } from "./workload.ts";

/** Whole paths: the shell is busybox's and takes its own of that name otherwise. */
const gzip = "/usr/bin/gzip";
const sorter = "/usr/bin/sort --parallel=2 -S 64M";
const pieceMib = 12;
/** Of one pass over all three phases, alone on a core or two. */
const passSeconds = 1;

/**
 * Phases that differ in what they can use: sorting into a compressor (1 core while it reads, 1.4 while it
 * writes), compressing hard (1), and reading back through a sort (1.3).
 */
const phases: readonly string[] = [
  `${sorter} text | ${gzip} -3 >sorted.gz`,
  `${gzip} -9 -c text >text.gz`,
  `${gzip} -dc text.gz | ${sorter} -r | ${gzip} -1 >reversed.gz`,
];

export const sort: Workload = {
  name: "sort",
  about: `sorting and compressing of ${pieceMib} MiB pieces in three phases, each at once after the one before`,
  binds: ["/usr/bin/sort", gzip],
  needs: [],
  program: fileURLToPath(new URL("run-jobs.ts", import.meta.url)),

  prepare({ container }) {
    const folder = join(container.root, "srv");
    mkdirSync(folder);
    writeFileSync(join(folder, "text"), textOf(pieceMib * 1_048_576, new Random("sort")));
    return Promise.resolve();
  },

  async run({ container }, load) {
    const repeats = Math.max(1, Math.round(load.seconds / passSeconds));
    const jobs: readonly Job[] = phases.flatMap((phase) =>
      Array.from({ length: repeats }, () => ({
        atMs: null,
        command: ["/bin/sh", "-c", inFolder(phase)],
      })),
    );
    // Such a job comes into a container that rests.
    await delay(load.warmUpSeconds * 1000, undefined, { signal: load.signal });
    await load.begin();
    const done: readonly Done[] = JSON.parse(
      await outputOf(container.spawn(JSON.stringify(jobs)), load.signal),
    );
    return done;
  },
};

const inFolder = (command: string): string =>
  `set -e -o pipefail; export LC_ALL=C; cd /srv; ${command}`;
