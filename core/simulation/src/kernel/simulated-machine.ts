import type { KernelGroup } from "./kernel-group.ts";
import { shareCores } from "./share-cores.ts";

/**
 * The processors of the simulated host: time goes on in steps of at most 10 ms that end at every end of
 * a period, and in each step the groups share the cores by weight, each held by its pool.
 */
export class SimulatedMachine {
  readonly cores: number;
  readonly #groups = new Map<string, KernelGroup>();
  #nowUs = 0;
  #usedUs = 0;

  constructor(options: { readonly cores: number }) {
    this.cores = options.cores;
  }

  get nowUs(): number {
    return this.#nowUs;
  }

  /** By all groups that ever were, in µs of one core. */
  get usedUs(): number {
    return this.#usedUs;
  }

  get groups(): readonly KernelGroup[] {
    return [...this.#groups.values()];
  }

  group(path: string): KernelGroup | undefined {
    return this.#groups.get(path);
  }

  add(group: KernelGroup): void {
    this.#groups.set(group.path, group);
  }

  remove(path: string): void {
    this.#groups.delete(path);
  }

  runUntil(untilUs: number): void {
    while (this.#nowUs < untilUs) {
      const stepEndUs = this.#stepEndUs(untilUs);
      this.#step(stepEndUs);
      this.#nowUs = stepEndUs;
      for (const group of this.#groups.values()) {
        if (group.bandwidth.periodEndUs <= stepEndUs) group.bandwidth.endPeriod(stepEndUs);
      }
    }
  }

  #stepEndUs(untilUs: number): number {
    let end = Math.min(untilUs, (Math.floor(this.#nowUs / stepUs) + 1) * stepUs);
    for (const { bandwidth } of this.#groups.values()) end = Math.min(end, bandwidth.periodEndUs);
    return end;
  }

  #step(toUs: number): void {
    const fromUs = this.#nowUs;
    const runs = this.groups.map((group) => {
      const wantedUs = group.wantedUs(fromUs, toUs);
      return { group, wantedUs, allowedUs: Math.min(wantedUs, group.bandwidth.availableUs) };
    });
    const shares = shareCores(
      this.cores * (toUs - fromUs),
      runs.map(({ group, allowedUs }) => ({ wanted: allowedUs, weight: group.cpuShares })),
    );
    for (const [index, { group, wantedUs }] of runs.entries()) {
      const usedUs = shares[index] ?? 0;
      group.use(usedUs);
      group.bandwidth.run({ usedUs, wantedUs, fromUs, toUs });
      this.#usedUs += usedUs;
    }
  }
}

const stepUs = 10_000;
