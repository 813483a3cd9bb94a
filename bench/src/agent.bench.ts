import { type ChildProcess, fork } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { RealGroups } from "@sc/cgroup/testing";
import type { AgentCommand, AgentReply, TimedRead } from "./agent-process.ts";
import type { Benchmark } from "./benchmark.ts";

/** Long enough for every tier: limits of what is only observed are looked at every 10 s. */
const fullRecordSeconds = 10;
const tickSeconds = 0.1;
const settleSeconds = 5;
/** What wakes ten times a second and does next to nothing, in a group that is in auto. */
const lightProgram = "exec perl -e 'while (1) { select(undef, undef, undef, 0.1) }'";
const idleProgram = "exec sleep 100000";

/**
 * What the node agent costs the host, beside what the same reads cost when nothing else is done: the
 * reads of one process of its own are recorded with their times, and a bare process repeats them.
 */
export const benchmark: Benchmark = {
  name: "agent",
  about:
    "Percent of one core, over the time named in seconds: the node agent alone in its process, 1 000 " +
    "groups with processes in them, 100 in auto at 0.1 s, the rest at 1 s. floorPercent: a bare process " +
    "making the same preads at the same times, running beside it. readsPerTick: per 0.1 s.",
  bounds: { cpuPercentOfCore: 5, ratioToFloor: 2, rssMib: 150 },
  async run({ isQuick }) {
    const groups = new RealGroups("bench-agent");
    const total = isQuick ? 100 : 1000;
    const auto = total / 10;
    const names = Array.from({ length: total }, (_, index) => `c${index}`);
    try {
      for (const [index, name] of names.entries()) {
        groups.make(`${groups.root}/${name}`);
        groups.run(`${groups.root}/${name}`, index < auto ? lightProgram : idleProgram);
      }
      await delay(settleSeconds * 1000);
      const world = { root: groups.root, auto: names.slice(0, auto) };
      return { figures: await compare(world, isQuick) };
    } finally {
      await groups.close();
    }
  },
};

interface World {
  readonly root: string;
  readonly auto: readonly string[];
}

async function compare(world: World, isQuick: boolean): Promise<Record<string, number>> {
  const recordSeconds = isQuick ? 2 : fullRecordSeconds;
  const recorder = new MeasuredProcess();
  const reads = await recorder.begin({ kind: "agent", ...world, recordSeconds });
  await recorder.end();
  const agent = new MeasuredProcess();
  const floor = new MeasuredProcess();
  await agent.begin({ kind: "agent", ...world, recordSeconds: 0 });
  await floor.begin({ kind: "floor", reads, loopSeconds: recordSeconds });
  const before = await Promise.all([agent.usage(), floor.usage()]);
  await delay(isQuick ? 3000 : 36_000);
  const after = await Promise.all([agent.usage(), floor.usage()]);
  await Promise.all([agent.end(), floor.end()]);
  const cpuPercentOfCore = percentOfCore(before[0], after[0]);
  const floorPercent = percentOfCore(before[1], after[1]);
  return {
    cpuPercentOfCore,
    floorPercent,
    ratioToFloor: cpuPercentOfCore / floorPercent,
    rssMib: after[0].rssMib,
    readsPerTick: reads.length / (recordSeconds / tickSeconds),
    seconds: after[0].atSeconds - before[0].atSeconds,
  };
}

type Usage = AgentReply & { readonly kind: "usage" };

const percentOfCore = (before: Usage, after: Usage): number =>
  (100 * (after.cpuSeconds - before.cpuSeconds)) / (after.atSeconds - before.atSeconds);

/** A process that is told what to do and tells what it used. */
class MeasuredProcess {
  readonly #process: ChildProcess = fork(new URL("./agent-process.ts", import.meta.url), {
    stdio: "inherit",
  });

  async begin(command: AgentCommand): Promise<readonly TimedRead[]> {
    const answer = await this.#ask(command);
    return answer.kind === "ready" ? answer.reads : [];
  }

  async usage(): Promise<Usage> {
    const answer = await this.#ask({ kind: "usage" });
    if (answer.kind !== "usage") throw new Error("the process answered something else");
    return answer;
  }

  #ask(command: AgentCommand): Promise<AgentReply> {
    return new Promise((resolve, reject) => {
      this.#process.once("message", (message) => resolve(message as AgentReply));
      this.#process.once("exit", (code) => reject(new Error(`the process ended with ${code}`)));
      this.#process.send(command);
    });
  }

  async end(): Promise<void> {
    this.#process.removeAllListeners("exit");
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.send({ kind: "end" });
    await ended;
  }
}
