import type { ControlGroup } from "@sc/ports";
import { type Demand, hog, SimulatedHost, VirtualClock } from "@sc/simulation";
import type { Job, LoadedGroup, PlannedGroup, PlannedWrite, TestBed } from "./test-bed.ts";

/** Jobs begin and are seen to end to within so much. */
const stepSeconds = 0.001;
const patienceSeconds = 30;

/** Groups of the simulated kernel. */
export class ModelBed implements TestBed {
  readonly #offsetSeconds: number;
  #clock = new VirtualClock();
  #onStep: (() => void)[] = [];

  /** The loads begin so long after the periods: the kernel's begin at any moment. */
  constructor(offsetSeconds: number) {
    this.#offsetSeconds = offsetSeconds;
  }

  async begin(
    groups: readonly PlannedGroup[],
    { oneCore }: { readonly oneCore: boolean },
  ): Promise<readonly LoadedGroup[]> {
    this.#clock = new VirtualClock();
    const cores = oneCore ? 1 : groups.length;
    const host = new SimulatedHost({ clock: this.#clock }, { cores, stepMs: stepSeconds * 1000 });
    // Nor do the periods begin at a tick.
    this.#clock.advance(this.#offsetSeconds / 7);
    for (const [index, { limit }] of groups.entries()) {
      host.makeContainer({ name: `g${index}`, engine: "plain", limit });
    }
    this.#clock.advance(this.#offsetSeconds);
    return groups.map(({ load }, index) => {
      const path = `/g${index}`;
      const opened = host.open({ path });
      if (!opened.ok) throw new Error(opened.error.text);
      const group = opened.value;
      const jobs =
        load.kind === "jobs" ? new JobsUnderWay(this.#clock, group, load.jobs) : undefined;
      host.setDemand(path, jobs?.demand ?? hog(1));
      if (jobs !== undefined) this.#onStep.push(() => jobs.look());
      return { group, finishedAtSeconds: () => this.#finish(jobs) };
    });
  }

  async #finish(jobs: JobsUnderWay | undefined): Promise<readonly number[]> {
    if (jobs === undefined) return [];
    for (let waited = 0; !jobs.isDone; waited += stepSeconds) {
      if (waited > patienceSeconds) throw new Error("the jobs are not done");
      this.#advance(stepSeconds);
    }
    return jobs.finishedAtSeconds;
  }

  async pass(
    seconds: number,
    group: ControlGroup | undefined,
    writes: readonly PlannedWrite[],
  ): Promise<void> {
    let now = 0;
    const until = (atSeconds: number): void => {
      this.#advance(atSeconds - now);
      now = atSeconds;
    };
    for (const { atSeconds, limit } of writes) {
      until(atSeconds);
      group?.writeCpuLimit(limit);
    }
    until(seconds);
  }

  #advance(seconds: number): void {
    if (this.#onStep.length === 0) {
      this.#clock.advance(seconds);
      return;
    }
    const steps = Math.round(seconds / stepSeconds);
    for (let step = 0; step < steps; step += 1) {
      this.#clock.advance(stepSeconds);
      for (const look of this.#onStep) look();
    }
  }

  async end(): Promise<void> {
    this.#onStep = [];
  }
}

/** Jobs of one group, the first that is due first, and when each was done. */
class JobsUnderWay {
  readonly finishedAtSeconds: number[] = [];
  readonly demand: Demand;
  readonly #clock: VirtualClock;
  readonly #group: ControlGroup;
  readonly #jobs: readonly Job[];
  readonly #beganSeconds: number;
  #due = 0;
  #workBefore = 0;

  constructor(clock: VirtualClock, group: ControlGroup, jobs: readonly Job[]) {
    this.#clock = clock;
    this.#group = group;
    this.#jobs = jobs;
    this.#beganSeconds = clock.monotonic();
    this.demand = { threads: 1, dueCoreSeconds: ({ toSeconds }) => this.#arrive(toSeconds) };
  }

  get isDone(): boolean {
    return this.finishedAtSeconds.length === this.#jobs.length;
  }

  #arrive(toSeconds: number): number {
    let coreSeconds = 0;
    for (let job = this.#jobs[this.#due]; job !== undefined; job = this.#jobs[this.#due]) {
      if (this.#beganSeconds + job.atSeconds >= toSeconds) break;
      coreSeconds += job.coreSeconds;
      this.#due += 1;
    }
    return coreSeconds;
  }

  look(): void {
    const usedSeconds = this.#group.readCpuUsedSeconds() ?? 0;
    const now = this.#clock.monotonic() - this.#beganSeconds;
    for (let job = this.#next(); job !== undefined; job = this.#next()) {
      const doneAfter = this.#workBefore + job.coreSeconds;
      if (usedSeconds < doneAfter - rounding) break;
      // One thread: what it used since then came after it.
      this.finishedAtSeconds.push(now - Math.max(0, usedSeconds - doneAfter));
      this.#workBefore = doneAfter;
    }
  }

  #next(): Job | undefined {
    return this.#jobs[this.finishedAtSeconds.length];
  }
}

const rounding = 1e-9;
