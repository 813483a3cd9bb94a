import type { Demand, DemandStretch } from "./demand.ts";

/**
 * One part of a program's day. `paced`: work comes due evenly, and the phase ends when its time is over
 * and its work is done. `flat-out`: an amount of work, done as fast as the limit lets it.
 */
export type DemandPhase =
  | { readonly kind: "paced"; readonly seconds: number; readonly cores: number }
  | { readonly kind: "flat-out"; readonly coreSeconds: number };

/** Goes through phases once, in order, with one thread; a phase that was held back delays the next. */
export class PhasedDemand implements Demand {
  readonly threads = 1;
  readonly #phases: readonly DemandPhase[];
  #index = -1;
  #phaseBeganSeconds = 0;
  #finishedAtSeconds: number | undefined;

  constructor(phases: readonly DemandPhase[]) {
    this.#phases = phases;
  }

  /** When the last phase was over and done. */
  get finishedAtSeconds(): number | undefined {
    return this.#finishedAtSeconds;
  }

  dueCoreSeconds(stretch: DemandStretch): number {
    if (this.#finishedAtSeconds !== undefined) return 0;
    const due = this.#isPhaseOver(stretch) ? this.#enterNext(stretch.fromSeconds) : 0;
    const phase = this.#phases[this.#index];
    if (phase?.kind !== "paced") return due;
    const endSeconds = this.#phaseBeganSeconds + phase.seconds;
    const dueUntil = Math.min(stretch.toSeconds, endSeconds);
    return due + Math.max(0, dueUntil - stretch.fromSeconds) * phase.cores;
  }

  #isPhaseOver({ fromSeconds, backlogCoreSeconds }: DemandStretch): boolean {
    if (backlogCoreSeconds > leastCoreSeconds) return false;
    const phase = this.#phases[this.#index];
    if (phase?.kind !== "paced") return true;
    return fromSeconds >= this.#phaseBeganSeconds + phase.seconds - leastCoreSeconds;
  }

  /** The work that is due at the very beginning of the phase. */
  #enterNext(nowSeconds: number): number {
    this.#index += 1;
    this.#phaseBeganSeconds = nowSeconds;
    const phase = this.#phases[this.#index];
    if (phase === undefined) this.#finishedAtSeconds = nowSeconds;
    return phase?.kind === "flat-out" ? phase.coreSeconds : 0;
  }
}

const leastCoreSeconds = 1e-9;
