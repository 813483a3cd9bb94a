import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Random } from "@sc/simulation";
import { outputOf } from "./ended.ts";
import type { Job } from "./run-jobs.ts";
import { arrivalsMs, phasesOf } from "./schedule.ts";
import type { Done, Workload } from "./workload.ts";

const tree = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
/** The most starts that are due a second: some 0.9 cores. */
const highPerSecond = 4.5;

export const startUp: Workload = {
  name: "start-up",
  about:
    "starts of a program of Node (sctl) that loads a few hundred files and ends, at Poisson times",
  binds: [tree],
  needs: [],
  program: fileURLToPath(new URL("run-jobs.ts", import.meta.url)),

  prepare: () => Promise.resolve(),

  async run({ container }, load) {
    const phases = phasesOf(load, highPerSecond);
    const command = ["/opt/node", `${tree}/apps/sctl/src/main.ts`, "--help"];
    const jobs: readonly Job[] = arrivalsMs(phases, new Random(load.seed)).map((atMs) => ({
      atMs,
      command,
    }));
    const begin = delay(load.warmUpSeconds * 1000, undefined, { signal: load.signal });
    const [said] = await Promise.all([
      outputOf(container.spawn(JSON.stringify(jobs)), load.signal),
      begin.then(load.begin),
    ]);
    const done: readonly Done[] = JSON.parse(said);
    return done;
  },
};
