/**
 * The program that runs in both containers, in both arms: phases of CPU work whose amount is fixed, so
 * that a limit can lengthen the run and never lighten it. It is one file that needs Node alone, because
 * it is bound into containers that have nothing else.
 *
 * An amount is a count of work units, calibrated once by CPU time, never by the wall clock. Paced
 * work has intended moments to start at, so the run grows only when the work falls behind them.
 * It says `ready`, waits for a line on its input, and ends when its input ends: nothing of it stays
 * behind when the demo dies.
 */
import { performance } from "node:perf_hooks";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

export type WorkPhase =
  | {
      readonly kind: "paced";
      readonly name: string;
      readonly seconds: number;
      /** Of one core: 0.1 is a thread that is busy a tenth of the time. */
      readonly cores: number;
    }
  | { readonly kind: "flat-out"; readonly name: string; readonly coreSeconds: number };

/** About 34 s under 80 shares. */
export const demoPhases: readonly WorkPhase[] = [
  { kind: "paced", name: "light", seconds: 11, cores: 0.1 },
  { kind: "flat-out", name: "busy", coreSeconds: 2.8 },
  { kind: "paced", name: "idle", seconds: 7, cores: 0 },
  { kind: "paced", name: "medium", seconds: 5, cores: 0.3 },
  { kind: "flat-out", name: "burst of work", coreSeconds: 1.2 },
  { kind: "paced", name: "quiet", seconds: 6, cores: 0.15 },
];

/** Begun this many phases later, the other container is calm while one is busy. */
export const phasesApart = 5;

/** The same phases begun at another one. */
export const phasesFrom = (first: number, phases = demoPhases): readonly WorkPhase[] => [
  ...phases.slice(first % phases.length),
  ...phases.slice(0, first % phases.length),
];

/** What a run says of itself, one JSON line each. */
export type WorkloadMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "phase"; readonly name: string }
  | { readonly kind: "done"; readonly runSeconds: number; readonly coreSeconds: number };

/** Small, so that light work looks light in every tenth of a second. */
const quantumSeconds = 0.002;

export interface Quanta {
  readonly count: number;
  /** From the intended start of one to that of the next; 0 = back to back. */
  readonly spacingSeconds: number;
}

export function quantaOf(phase: WorkPhase): Quanta {
  if (phase.kind === "flat-out") {
    return { count: Math.round(phase.coreSeconds / quantumSeconds), spacingSeconds: 0 };
  }
  const count = Math.round((phase.seconds * phase.cores) / quantumSeconds);
  return { count, spacingSeconds: count === 0 ? 0 : phase.seconds / count };
}

/** How many units a core-second holds on this machine: the median of a few short runs. */
export function calibrate(): number {
  const unitsPerRun = 2000;
  spin(5 * unitsPerRun);
  const rates = Array.from({ length: calibrationRuns }, () => {
    const before = cpuSecondsUsed();
    spin(unitsPerRun);
    return unitsPerRun / (cpuSecondsUsed() - before);
  });
  rates.sort((a, b) => a - b);
  return rates[Math.floor(calibrationRuns / 2)] ?? 1;
}

const calibrationRuns = 15;

let spun = 0;

/** One unit is a thousand rounds of arithmetic that no compiler can leave out. */
function spin(units: number): void {
  for (let round = 0; round < units * 1000; round += 1) {
    spun = (Math.imul(spun, 1_664_525) + 1_013_904_223) | 0;
  }
}

function cpuSecondsUsed(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}

async function runPhase(phase: WorkPhase, unitsPerQuantum: number): Promise<void> {
  const beganMs = performance.now();
  const { count, spacingSeconds } = quantaOf(phase);
  for (let index = 0; index < count; index += 1) {
    await sleepUntil(beganMs + index * spacingSeconds * 1000);
    spin(unitsPerQuantum);
    // Lets the end of the input be heard, also in work without pauses.
    if (index % quantaBetweenTurns === 0) await nextTurn();
  }
  if (phase.kind === "paced") await sleepUntil(beganMs + phase.seconds * 1000);
}

const quantaBetweenTurns = 25;

async function sleepUntil(momentMs: number): Promise<void> {
  const leftMs = momentMs - performance.now();
  if (leftMs > 1) await sleep(leftMs);
}

function say(message: WorkloadMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { "units-per-core-second": { type: "string" }, "first-phase": { type: "string" } },
  });
  const unitsPerQuantum = Math.round(Number(values["units-per-core-second"]) * quantumSeconds);
  if (!(unitsPerQuantum > 0)) throw new Error("--units-per-core-second is a positive number");
  const phases = phasesFrom(Number(values["first-phase"] ?? 0));

  // Compiled before the run begins, so that both arms measure the work and not the compiler.
  spin(20 * unitsPerQuantum);
  process.stdin.once("end", () => process.exit(1));
  const go = new Promise((resolve) => process.stdin.once("data", resolve));
  say({ kind: "ready" });
  await go;

  const beganMs = performance.now();
  const usedBefore = cpuSecondsUsed();
  for (const phase of phases) {
    say({ kind: "phase", name: phase.name });
    await runPhase(phase, unitsPerQuantum);
  }
  const runSeconds = (performance.now() - beganMs) / 1000;
  say({ kind: "done", runSeconds, coreSeconds: cpuSecondsUsed() - usedBefore });
  process.exitCode = 0;
  process.stdin.destroy();
}

if (import.meta.main) await main();
