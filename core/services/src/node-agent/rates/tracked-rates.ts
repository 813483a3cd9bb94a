import {
  type ByRate,
  isSameMemLimit,
  type MonotonicSeconds,
  type RateResource,
  type RateUse,
  rateResources,
} from "@sc/domain";
import type { RateControl } from "@sc/ports";

/** Disk and network of one container: their limits as last written or read, and what was used. */
export class TrackedRates {
  readonly control: RateControl | undefined;
  readonly #limits: Partial<Record<RateResource, number | null>> = {};
  readonly #writing: Partial<Record<RateResource, number | null>> = {};
  #used: ByRate<number> = {};
  #totals: ByRate<number> = {};
  #readAt: MonotonicSeconds | undefined;
  #fresh: ByRate<RateUse> | undefined;
  /** One look at a time: two would find the same change of another hand. */
  look: Promise<void> | undefined;

  constructor(control: RateControl | undefined) {
    this.control = control;
  }

  get limits(): ByRate<number | null> {
    return this.#limits;
  }

  get used(): ByRate<number> {
    return this.#used;
  }

  /** `undefined`: it has none of it any more, or none that could be read. */
  setLimit(resource: RateResource, amount: number | null | undefined): void {
    if (amount === undefined) delete this.#limits[resource];
    else this.#limits[resource] = amount;
  }

  isWriting(resource: RateResource): boolean {
    return resource in this.#writing;
  }

  beginWrite(resource: RateResource, amount: number | null): void {
    this.#writing[resource] = amount;
  }

  endWrite(resource: RateResource): void {
    delete this.#writing[resource];
  }

  /** What it holds of the host; until a write is over the larger of two. */
  held(resource: RateResource, max: number): number {
    const now = this.#limits[resource] ?? max;
    const coming = this.#writing[resource];
    return coming === undefined ? now : Math.max(now, coming ?? max);
  }

  /** Whether nothing would be put back. */
  stateOf(resource: RateResource, first: ByRate<number | null>): "first" | "changed" | "unknown" {
    const [before, now] = [first[resource], this.#limits[resource]];
    if (before === undefined || now === undefined) return "unknown";
    return isSameMemLimit(before, now) ? "first" : "changed";
  }

  /** Reads what went through since the last time; what cannot be read is missing, not zero. */
  sample(at: MonotonicSeconds): void {
    if (this.control === undefined) return;
    const totals = this.control.readTotals();
    const seconds = this.#readAt === undefined ? undefined : at - this.#readAt;
    const fresh: Partial<Record<RateResource, RateUse>> = {};
    const used: Partial<Record<RateResource, number>> = {};
    for (const resource of rateResources) {
      const limit = this.#limits[resource];
      const rate = rateOf(totals[resource], this.#totals[resource], seconds);
      if (rate !== undefined) used[resource] = rate;
      if (limit !== undefined) fresh[resource] = { windowSeconds: seconds, used: rate, limit };
    }
    this.#totals = totals;
    this.#readAt = at;
    this.#used = used;
    this.#fresh = fresh;
  }

  /** What was read since the last sample was made; `undefined` between two readings. */
  takeFresh(): ByRate<RateUse> | undefined {
    const fresh = this.#fresh;
    this.#fresh = undefined;
    return fresh;
  }
}

/** `undefined` where one of the two is not known, or the counter began anew. */
function rateOf(
  now: number | undefined,
  before: number | undefined,
  seconds: number | undefined,
): number | undefined {
  if (now === undefined || before === undefined || seconds === undefined) return undefined;
  return seconds > 0 && now >= before ? (now - before) / seconds : undefined;
}
