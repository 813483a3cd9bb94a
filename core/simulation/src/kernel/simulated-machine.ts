import { invariant } from "@sc/domain";
import type { KernelGroup, MachineStretch } from "./kernel-group.ts";
import { shareCores } from "./share-cores.ts";

/**
 * The processors of the simulated host. Time goes on in steps; in each every group runs by itself, through
 * the periods that end in it, held by its pool. Only where all together want more than there is do they
 * share the cores, by weight. What comes due in a step is due at its begin. Where there is a core for
 * every thread, each group is brought up to date when someone looks at it.
 */
export class SimulatedMachine {
  readonly cores: number;
  readonly #stepUs: number;
  readonly #groups = new Map<string, KernelGroup>();
  /** The same, to go through. */
  #list: readonly KernelGroup[] = [];
  /** Nobody can be in another's way. */
  #hasCoreForEach = true;
  #nowUs = 0;
  #usedUs = 0;
  readonly #stretch: MachineStretch = {
    fromUs: 0,
    toUs: 0,
    due: { fromSeconds: 0, toSeconds: 0, backlogCoreSeconds: 0 },
  };

  constructor(options: { readonly cores: number; readonly stepUs: number }) {
    invariant(options.stepUs >= 1, "a step is at least a microsecond");
    this.cores = options.cores;
    this.#stepUs = options.stepUs;
  }

  /** By all groups that ever were, in µs of one core. */
  get usedUs(): number {
    return this.#usedUs;
  }

  /** Like every change of what groups can run, at a moment to which all were brought. */
  add(group: KernelGroup): void {
    group.reachedUs = this.#nowUs;
    this.#groups.set(group.path, group);
    this.#list = [...this.#groups.values()];
    this.threadsChanged();
  }

  remove(path: string): void {
    this.#groups.delete(path);
    this.#list = [...this.#groups.values()];
    this.threadsChanged();
  }

  threadsChanged(): void {
    const most = this.#list.reduce((sum, { cores }) => sum + cores, 0);
    this.#hasCoreForEach = most <= this.cores;
  }

  /** Brings all groups to this moment. */
  runUntil(untilUs: number): void {
    if (this.#hasCoreForEach) for (const group of this.#list) this.#runAlone(group, untilUs);
    else this.#runTogether(untilUs);
    this.#nowUs = Math.max(this.#nowUs, untilUs);
  }

  /** Brings one to this moment, and the others only if they could be in its way. */
  runGroupUntil(group: KernelGroup, untilUs: number): void {
    if (this.#hasCoreForEach && !group.isGone) this.#runAlone(group, untilUs);
    else this.runUntil(untilUs);
  }

  /** Many steps of one group after another: what it needs is at hand. */
  #runAlone(group: KernelGroup, untilUs: number): void {
    while (group.reachedUs < untilUs) {
      this.#beginStep(group.reachedUs, untilUs);
      group.arrive(this.#stretch);
      this.#usedUs += group.run(this.#stretch, Number.POSITIVE_INFINITY);
    }
  }

  #runTogether(untilUs: number): void {
    while (this.#nowUs < untilUs) {
      this.#beginStep(this.#nowUs, untilUs);
      this.#step();
      this.#nowUs = this.#stretch.toUs;
    }
  }

  #beginStep(fromUs: number, untilUs: number): void {
    const stepEndUs = (Math.floor(fromUs / this.#stepUs) + 1) * this.#stepUs;
    const toUs = Math.min(untilUs, stepEndUs);
    const stretch = this.#stretch;
    stretch.fromUs = fromUs;
    stretch.toUs = toUs;
    stretch.due.fromSeconds = fromUs / usPerSecond;
    stretch.due.toSeconds = toUs / usPerSecond;
  }

  #step(): void {
    const stretch = this.#stretch;
    let wantedUs = 0;
    for (const group of this.#list) wantedUs += group.arrive(stretch);
    const thereIsUs = this.cores * (stretch.toUs - stretch.fromUs);
    if (wantedUs > thereIsUs) {
      this.#runShared(thereIsUs);
      return;
    }
    for (const group of this.#list) this.#usedUs += group.run(stretch, Number.POSITIVE_INFINITY);
  }

  /** Quotas may hold them below what there is; else each gets its share. */
  #runShared(thereIsUs: number): void {
    const claims = this.#list.map((group) => ({
      wanted: group.wouldUse(this.#stretch),
      weight: group.cpuShares,
    }));
    const shares = shareCores(thereIsUs, claims);
    for (const [index, group] of this.#list.entries()) {
      this.#usedUs += group.run(this.#stretch, shares[index] ?? 0);
    }
  }
}

const usPerSecond = 1_000_000;
