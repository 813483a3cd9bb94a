import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Api } from "@sc/api-client";
import type { Mode, Structure } from "@sc/contracts";
import { type ArmRow, armRow } from "./arm-row.ts";
import type { DemoContainers } from "./containers/containers.ts";
import { DemoFailed } from "./errors.ts";
import type { LiveDisplay, Shown } from "./live-display.ts";
import { phasesApart } from "./workload/phased-workload.ts";
import { RunningWorkload } from "./workload/running-workload.ts";

export interface ArmDeps {
  readonly api: Pick<Api, "structure" | "setMode">;
  readonly containers: DemoContainers;
  readonly display: LiveDisplay;
  /** Everything running in the containers; ended by the caller when the arm does not come to its end. */
  readonly workloads: Set<RunningWorkload>;
  readonly unitsPerCoreSecond: number;
  readonly signal: AbortSignal;
}

const modeOfArm = { fixed: "observe", scaled: "auto" } as const satisfies Record<
  ArmRow["arm"],
  Mode
>;

/** Runs the same work in both containers at once, under fixed limits or in auto, and takes account. */
export async function runArm(deps: ArmDeps, arm: ArmRow["arm"]): Promise<ArmRow> {
  const { api, containers } = deps;
  for (const name of containers.names) await api.setMode(name, { mode: modeOfArm[arm] });
  const workloads = containers.names.map((name, index) => startWorkload(deps, name, index));
  await unlessAborted(deps.signal, Promise.all(workloads.map(({ ready }) => ready)));

  const before = await Promise.all(containers.names.map((name) => nextReading(deps, name)));
  const runSeconds = await runToEnd(deps, workloads);
  const after = await Promise.all(containers.names.map((name) => nextReading(deps, name)));

  for (const workload of workloads) deps.workloads.delete(workload);
  const accounts = after.map((structure, index) => ({
    before: before[index]?.accounting ?? structure.accounting,
    after: structure.accounting,
    finalShares: structure.resources.cpu.current ?? structure.resources.cpu.max,
  }));
  return armRow({ arm, runSeconds, accounts });
}

function startWorkload(deps: ArmDeps, name: string, index: number): RunningWorkload {
  const child = deps.containers.spawn(name, [
    "--units-per-core-second",
    String(deps.unitsPerCoreSecond),
    "--first-phase",
    String(index * phasesApart),
  ]);
  const workload = new RunningWorkload(child);
  deps.workloads.add(workload);
  return workload;
}

/** Waits for a reading of the kernel that is younger than the question. */
async function nextReading({ api, signal }: ArmDeps, name: string): Promise<Structure> {
  const { accounting } = await api.structure(name);
  for (let waited = 0; waited < longestReadingSeconds; waited += 0.1) {
    await sleep(100, undefined, { signal });
    const structure = await api.structure(name);
    if (structure.accounting.watchedSeconds > accounting.watchedSeconds) return structure;
  }
  throw new DemoFailed(`The server took no reading of ${name} for ${longestReadingSeconds} s.`);
}

const longestReadingSeconds = 10;

/** Lets the work begin, shows it until it is done, and answers how long it took. */
async function runToEnd(deps: ArmDeps, workloads: readonly RunningWorkload[]): Promise<number> {
  const beganMs = performance.now();
  const ended = Promise.all(workloads.map(({ done }) => done)).then(() => performance.now());
  // Looked at below, unless showing fails first.
  ended.catch(() => undefined);
  for (const workload of workloads) workload.go();
  for (;;) {
    await show(deps, workloads);
    const pause = sleep(millisecondsBetweenPictures, undefined, { signal: deps.signal });
    const endedMs = await Promise.race([ended, pause]);
    if (endedMs !== undefined) return (endedMs - beganMs) / 1000;
  }
}

const millisecondsBetweenPictures = 500;

/** What waits for a container must not keep the demo from ending. */
function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
  });
  return Promise.race([work, aborted]);
}

async function show(
  { api, containers, display }: ArmDeps,
  workloads: readonly RunningWorkload[],
): Promise<void> {
  const structures = await Promise.all(containers.names.map((name) => api.structure(name)));
  display.show(
    structures.map((structure, index) => shownOf(structure, workloads[index]?.phase ?? "")),
  );
}

function shownOf(structure: Structure, phase: string): Shown {
  const { cpu } = structure.resources;
  return {
    name: structure.name,
    phase,
    usedShares: cpu.used,
    limitShares: cpu.current ?? undefined,
    maxShares: cpu.max,
    lastReason: cpu.mode === "auto" ? structure.lastChange?.reason.text : "the limit is fixed",
  };
}
