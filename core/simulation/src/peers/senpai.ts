/**
 * senpai (facebookincubator/senpai at c51e8e2, GPL-2: from the description of its law): holds the
 * memory pressure of a container near a target by moving `memory.high`.
 *
 * Each second the stall time of the second is added up. More than 10 ms in all: back off at once,
 * by up to the whole limit. Else, when 6 s are over: tighten, by at most 1 %. Both by a square, so
 * that it is gentle near the target.
 *
 * Its range begins at 100 MiB. It writes a limit that only brakes, so it never kills, and reads
 * and writes cgroups: no delays.
 */

import {
  clampToBand,
  isInForce,
  type Peer,
  type PeerReading,
  type PeerStart,
  type PeerWish,
} from "./peer.ts";

const targetStallUs = 10_000;
const intervalSeconds = 6;
const mostBackoff = 1;
const backoffReach = 20;
const mostProbe = 0.01;
const probeReach = 10;
const leastMib = 100;
const pageMib = 4 / 1024;

export function senpai(): Peer {
  return {
    name: "senpai",
    resource: "mem",
    sampleSeconds: 1,
    sensingSeconds: 0,
    actuationSeconds: 0,
    atLimit: "brake",
    begin: (start) => new SenpaiRun(start),
  };
}

/** The fraction of the limit to add after so much stall. */
export function senpaiBackoff(stallUs: number): number {
  return Math.min(mostBackoff, (stallUs / targetStallUs / backoffReach) ** 2);
}

/** The fraction of the limit to take after so little stall. */
export function senpaiProbe(stallUs: number): number {
  const room = targetStallUs / Math.max(stallUs, 1);
  return Math.min(mostProbe, mostProbe * (room / probeReach) ** 2);
}

class SenpaiRun {
  readonly #start: PeerStart;
  #limit: number | undefined;
  #stallUs = 0;
  #graceSeconds = intervalSeconds - 1;

  constructor(start: PeerStart) {
    this.#start = start;
  }

  step(reading: PeerReading): PeerWish | undefined {
    if (this.#limit === undefined || !isInForce(reading.limit, this.#limit))
      return this.#startOver(reading);
    this.#stallUs += (reading.someStallSeconds ?? 0) * 1e6;
    if (this.#stallUs > targetStallUs)
      return this.#set(this.#limit * (1 + senpaiBackoff(this.#stallUs)));
    if (this.#graceSeconds > 0) {
      this.#graceSeconds -= 1;
      return undefined;
    }
    return this.#set(this.#limit * (1 - senpaiProbe(this.#stallUs)));
  }

  /** At first, and when another hand has changed the limit: from what is in use. */
  #startOver({ chargedMib, used }: PeerReading): PeerWish | undefined {
    return this.#set(chargedMib ?? used);
  }

  #set(limit: number): PeerWish | undefined {
    const aligned = Math.floor(Math.max(limit, leastMib) / pageMib) * pageMib;
    const before = this.#limit;
    this.#limit = clampToBand(aligned, this.#start);
    this.#stallUs = 0;
    this.#graceSeconds = intervalSeconds - 1;
    return this.#limit === before ? undefined : { limit: this.#limit };
  }
}
