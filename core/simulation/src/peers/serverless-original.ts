/**
 * The framework this project follows (UDC-GAC at df2d65e with the configurations of 2020, GPL-3:
 * from the description of its rules): windows of 10 s, each of which may count as one event over
 * `upper` or under `lower`; enough of them within the time-out make a request, which the scaler
 * puts in force at its next pass. It is the published system, faults and delays included; the
 * policy `serverless-rules` of this project is its mended and quick successor.
 *
 *     upper = current − margin, lower = upper − margin
 *     up    2 events up and at most a few down → + a fixed amount
 *     down  5 (mem 8) events down and none up  → usage + margin / 2 + margin
 *
 * Assumed: the cpu set of 2020 has a boundary of 25 shares as it is (the manual's absolute
 * boundary), a time-out of 60 s and 5 events down (with these the published figures come out); mem
 * has 10 % of max and 120 s. Usage is read from OpenTSDB 10 s late; the scaler passes each 5 s, so
 * a request waits 2.5 s in the mean.
 */

import { type Peer, type PeerReading, type PeerStart, type PeerWish, wishFor } from "./peer.ts";

const windowSeconds = 10;

interface OriginalRules {
  readonly margin: number;
  readonly timeoutWindows: number;
  readonly up: { readonly events: number; readonly mostDown: number; readonly amount: number };
  readonly down: { readonly events: number };
}

export function serverlessOriginalCpu(): Peer {
  return original("cpu", () => ({
    margin: 25,
    timeoutWindows: 6,
    up: { events: 2, mostDown: 2, amount: 75 },
    down: { events: 5 },
  }));
}

export function serverlessOriginalMem(): Peer {
  return original("mem", ({ max }) => ({
    margin: Math.max(1, Math.trunc(max / 10)),
    timeoutWindows: 12,
    up: { events: 2, mostDown: 6, amount: 256 },
    down: { events: 8 },
  }));
}

function original(resource: Peer["resource"], rulesOf: (start: PeerStart) => OriginalRules): Peer {
  return {
    name: "serverless-containers",
    resource,
    sampleSeconds: windowSeconds,
    sensingSeconds: 10,
    actuationSeconds: 2.5,
    begin: (start) => new OriginalRun(rulesOf(start), start),
  };
}

class OriginalRun {
  readonly #rules: OriginalRules;
  readonly #start: PeerStart;
  /** Of its own book: usage comes late, what it asked for does not. */
  #current: number;
  /** The windows' ends in which something was out of the band, oldest first. */
  #ups: number[] = [];
  #downs: number[] = [];

  constructor(rules: OriginalRules, start: PeerStart) {
    this.#rules = rules;
    this.#start = start;
    this.#current = start.limit;
  }

  step(reading: PeerReading): PeerWish | undefined {
    this.#note(reading);
    const { up, down } = this.#rules;
    if (this.#ups.length >= up.events && this.#downs.length <= up.mostDown) {
      this.#ups.splice(0, up.events);
      return this.#wish(Math.min(this.#current + up.amount, this.#start.max));
    }
    if (this.#downs.length >= down.events && this.#ups.length === 0) {
      this.#downs.splice(0, down.events);
      return this.#wish(Math.min(this.#fitted(reading.used), this.#current));
    }
    return undefined;
  }

  #note({ seconds, used }: PeerReading): void {
    const { margin, timeoutWindows } = this.#rules;
    const { min, max } = this.#start;
    const since = seconds - timeoutWindows * windowSeconds;
    const isRecent = (at: number) => at > since;
    this.#ups = this.#ups.filter(isRecent);
    this.#downs = this.#downs.filter(isRecent);
    const upper = this.#current - margin;
    const lower = upper - margin;
    if (used > upper && upper < max && this.#current < max) this.#ups.push(seconds);
    // A container that used nothing at all never counts as under its band: as published.
    else if (used > 0 && used < lower && lower > min) this.#downs.push(seconds);
  }

  /** The floor is where `lower` reaches min. */
  #fitted(used: number): number {
    const { margin } = this.#rules;
    const { min, max } = this.#start;
    const fitted = Math.trunc(used + Math.trunc(margin / 2) + margin);
    return Math.max(Math.min(fitted, max), min + 2 * margin);
  }

  #wish(limit: number): PeerWish | undefined {
    const before = this.#current;
    this.#current = limit;
    return wishFor(limit, before);
  }
}
