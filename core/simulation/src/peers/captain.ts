/**
 * Autothrottle's Captain (microsoft/autothrottle at d237d7f, MIT; NSDI '24), re-described: keeps
 * the share of throttled periods near a target.
 *
 * Up when more than three times the target of a second's periods were throttled, in proportion;
 * down to the highest usage of 5 s plus a margin of deviations, which learns from throttling; and
 * back within a period when a scale-down hurts, overshooting by what was cut.
 *
 * Assumed: the ratio is over ten periods also while fewer were seen since the last decision, and
 * the deviation is of all 50 samples: with these the published figures come out. Its sampling
 * offset of 97 ms within the period is left out. It reads and writes cgroups: no delays.
 */

import { clampToBand, type Peer, type PeerReading, type PeerStart, type PeerWish } from "./peer.ts";
import { RecentSamples } from "./recent-samples.ts";

const tolerance = 3;
const cutGate = 0.9;
const steepestCut = 0.5;
const periodsOfDecision = 10;
const usageSamples = 50;
const firstMargin = 3;
/** 0.01 core. */
const leastLimit = 1;
/** 1e-5 core. */
const leastChange = 0.001;

/** @param target throttled periods ÷ periods, default 0.06 */
export function captain(target = 0.06): Peer {
  return {
    name: target === 0.06 ? "captain" : `captain-${target}`,
    resource: "cpu",
    sampleSeconds: 0.1,
    sensingSeconds: 0,
    actuationSeconds: 0,
    begin: (start) => new CaptainRun(target, start),
  };
}

export class CaptainRun {
  readonly #target: number;
  readonly #start: PeerStart;
  readonly #used = new RecentSamples(usageSamples);
  #limit: number;
  #limitBefore: number;
  #margin = firstMargin;
  #throttled = 0;
  #samples = 0;
  #wasDown = false;

  constructor(target: number, start: PeerStart) {
    this.#target = target;
    this.#start = start;
    this.#limit = start.limit;
    this.#limitBefore = start.limit;
  }

  /** In deviations of usage; grows with every throttling beyond the target. */
  get margin(): number {
    return this.#margin;
  }

  step({ used, throttledPeriods }: PeerReading): PeerWish | undefined {
    this.#used.push(used);
    this.#throttled += throttledPeriods > 0 ? 1 : 0;
    this.#samples += 1;
    const before = this.#limit;
    if (this.#samples % periodsOfDecision === 0) this.#decide();
    else if (this.#wasDown && this.#ratio() > tolerance * this.#target) this.#rollBack();
    return Math.abs(this.#limit - before) < leastChange ? undefined : { limit: this.#limit };
  }

  #decide(): void {
    const ratio = this.#ratio();
    const over = ratio - tolerance * this.#target;
    this.#limitBefore = this.#limit;
    this.#margin = Math.max(0, this.#margin + ratio - this.#target);
    this.#wasDown = false;
    if (over > 0) {
      this.#set(this.#limit * (1 + over));
    } else {
      const proposed = this.#used.max() + this.#margin * this.#used.deviation();
      if (proposed <= cutGate * this.#limit) {
        this.#set(Math.max(steepestCut * this.#limit, proposed));
        this.#wasDown = true;
      }
    }
    this.#throttled = 0;
  }

  #rollBack(): void {
    this.#margin += this.#ratio() - this.#target;
    this.#set(2 * this.#limitBefore - this.#limit);
    this.#throttled = 0;
    this.#wasDown = false;
  }

  #ratio(): number {
    return this.#throttled / periodsOfDecision;
  }

  #set(limit: number): void {
    this.#limit = clampToBand(Math.max(limit, leastLimit), this.#start);
  }
}
