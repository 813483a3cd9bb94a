import { invariant } from "@sc/domain";

/**
 * One group's bandwidth as the kernel's CFS keeps it: a pool that each period adds a quota to and that
 * running drains. What matters to anyone who writes limits:
 *
 *     end of a period   pool = min(pool + quota, quota + burst)
 *     any write         the same, at once, whatever is written: it also ends a throttle
 *     pool empty        throttled, until one of the two
 *
 * Throttling is counted as the kernel counts it: the number of periods when a period ends, the time
 * only when the throttle ends. Left out: the slices each core takes from the pool.
 */
export class CpuBandwidth {
  #values: BandwidthValues = { quotaUs: undefined, burstUs: 0, periodUs: 100_000 };
  #poolUs = 0;
  #periodEndUs = Number.POSITIVE_INFINITY;
  #throttledSinceUs: number | undefined;
  #hasRun = false;
  #periods = 0;
  #throttledPeriods = 0;
  #throttledUs = 0;
  #refilledUs = 0;

  get values(): BandwidthValues {
    return this.#values;
  }

  get periodEndUs(): number {
    return this.#periodEndUs;
  }

  get counters(): BandwidthCounters {
    return {
      periods: this.#periods,
      throttledPeriods: this.#throttledPeriods,
      throttledUs: this.#throttledUs,
      refilledUs: this.#refilledUs,
    };
  }

  /** What may be used at once, in µs of one core. */
  get availableUs(): number {
    return this.#values.quotaUs === undefined ? Number.POSITIVE_INFINITY : this.#poolUs;
  }

  /** Writes one of the three, or says that the kernel refuses it. */
  write(change: Partial<BandwidthValues>, nowUs: number): "written" | "invalid" {
    const next = { ...this.#values, ...change };
    if (!isAcceptable(next)) return "invalid";
    const wasLimited = this.#values.quotaUs !== undefined;
    this.#values = next;
    if (next.quotaUs === undefined) {
      this.#poolUs = 0;
      this.#periodEndUs = Number.POSITIVE_INFINITY;
    } else {
      const newEndUs = nowUs + next.periodUs;
      this.#periodEndUs = wasLimited ? Math.min(this.#periodEndUs, newEndUs) : newEndUs;
      this.#refilledUs += this.#refill();
    }
    this.#unthrottle(nowUs);
    return "written";
  }

  /** The group used `usedUs` of `wantedUs` in the time from `fromUs` to `toUs`. */
  run(use: { usedUs: number; wantedUs: number; fromUs: number; toUs: number }): void {
    if (use.wantedUs <= 0) return;
    this.#hasRun = true;
    if (this.#values.quotaUs === undefined) return;
    invariant(use.usedUs <= this.#poolUs + leastUs, "a group never uses more than its pool holds");
    this.#poolUs = Math.max(0, this.#poolUs - use.usedUs);
    const isShort = use.wantedUs - use.usedUs > leastUs;
    if (this.#poolUs > leastUs || !isShort || this.#throttledSinceUs !== undefined) return;
    const ranShare = use.usedUs / use.wantedUs;
    this.#throttledSinceUs = use.fromUs + (use.toUs - use.fromUs) * ranShare;
  }

  /** Ends the period that ends now. */
  endPeriod(nowUs: number): void {
    if (this.#values.quotaUs === undefined) return;
    this.#periodEndUs = nowUs + this.#values.periodUs;
    const isThrottled = this.#throttledSinceUs !== undefined;
    // The kernel's timer rests while nothing runs, and idle periods are not counted.
    if (this.#hasRun || isThrottled) this.#periods += 1;
    if (isThrottled) this.#throttledPeriods += 1;
    this.#hasRun = false;
    this.#refill();
    this.#unthrottle(nowUs);
  }

  #refill(): number {
    const { quotaUs, burstUs } = this.#values;
    if (quotaUs === undefined) return 0;
    const before = this.#poolUs;
    this.#poolUs = Math.min(before + quotaUs, quotaUs + burstUs);
    return Math.max(0, this.#poolUs - before);
  }

  #unthrottle(nowUs: number): void {
    if (this.#throttledSinceUs === undefined) return;
    this.#throttledUs += nowUs - this.#throttledSinceUs;
    this.#throttledSinceUs = undefined;
  }
}

export interface BandwidthValues {
  /** `undefined` = no quota. */
  readonly quotaUs: number | undefined;
  readonly burstUs: number;
  readonly periodUs: number;
}

export interface BandwidthCounters {
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly throttledUs: number;
  /** What writes, not periods, added to the pool. */
  readonly refilledUs: number;
}

/** Below it a difference is rounding. */
const leastUs = 1e-6;

function isAcceptable({ quotaUs, burstUs, periodUs }: BandwidthValues): boolean {
  if (periodUs < 1000 || periodUs > 1_000_000) return false;
  if (quotaUs === undefined) return true;
  return quotaUs >= 1000 && burstUs >= 0 && burstUs <= quotaUs;
}
