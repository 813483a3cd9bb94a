import { invariant } from "@sc/domain";
import type { KernelGroup, MachineStretch } from "./kernel-group.ts";
import { shareCores } from "./share-cores.ts";

/**
 * The processors of the simulated host. Time goes on in steps; in each every group runs by itself, through
 * the periods that end in it, held by its pool. Only where all together want more than there is do they
 * share the cores, by weight. What comes due in a step is due at its begin.
 */
export class SimulatedMachine {
  readonly cores: number;
  readonly #stepUs: number;
  readonly #groups = new Map<string, KernelGroup>();
  /** The same, to go through. */
  #list: readonly KernelGroup[] = [];
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

  get nowUs(): number {
    return this.#nowUs;
  }

  /** By all groups that ever were, in µs of one core. */
  get usedUs(): number {
    return this.#usedUs;
  }

  add(group: KernelGroup): void {
    this.#groups.set(group.path, group);
    this.#list = [...this.#groups.values()];
  }

  remove(path: string): void {
    this.#groups.delete(path);
    this.#list = [...this.#groups.values()];
  }

  runUntil(untilUs: number): void {
    while (this.#nowUs < untilUs) {
      const stepEndUs = (Math.floor(this.#nowUs / this.#stepUs) + 1) * this.#stepUs;
      this.#step(Math.min(untilUs, stepEndUs));
    }
  }

  #step(toUs: number): void {
    const stretch = this.#stretch;
    stretch.fromUs = this.#nowUs;
    stretch.toUs = toUs;
    stretch.due.fromSeconds = this.#nowUs / usPerSecond;
    stretch.due.toSeconds = toUs / usPerSecond;
    let wantedUs = 0;
    for (const group of this.#list) wantedUs += group.arrive(stretch);
    const thereIsUs = this.cores * (toUs - this.#nowUs);
    if (wantedUs <= thereIsUs) {
      for (const group of this.#list) this.#usedUs += group.run(stretch, Number.POSITIVE_INFINITY);
    } else this.#runShared(thereIsUs);
    this.#nowUs = toUs;
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
