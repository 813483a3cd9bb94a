/**
 * One group's bandwidth as the kernel's CFS keeps it: a pool that each period adds a quota to, and
 * slices of it that the cores take and run on. What matters to anyone who writes limits:
 *
 *     end of a period   pool = min(pool + quota, quota + burst)
 *     any write         the same, at once, whatever is written: it also ends a throttle, and the cores
 *                       forget what they hold and what they owe
 *     a core runs dry   it takes 5 ms of the pool; of a group that stops it keeps 1 ms
 *     pool empty        throttled at the next tick of the core's clock, until one of the first two;
 *                       what was run beyond the pool is owed to the next refill
 *
 * Throttling is counted as the kernel counts it: the number of periods when a period ends, the time
 * only when the throttle ends. The timer of the periods rests after one in which nothing was taken.
 * Left out: which core holds what (a group's slices are one sum), and how long a wakeup takes.
 */
export class CpuBandwidth {
  #values: BandwidthValues = { quotaUs: undefined, burstUs: 0, periodUs: 100_000 };
  #poolUs = 0;
  /** What the cores hold of the pool, or, below 0, owe it. */
  #localUs = 0;
  /** When the period's timer goes off; infinite while it rests. */
  #periodEndUs = Number.POSITIVE_INFINITY;
  #lastPeriodEndUs: number | undefined;
  #hasTaken = false;
  #throttledSinceUs: number | undefined;
  #periods = 0;
  #throttledPeriods = 0;
  #throttledUs = 0;
  #refilledUs = 0;

  get values(): BandwidthValues {
    return this.#values;
  }

  get counters(): BandwidthCounters {
    return {
      periods: this.#periods,
      throttledPeriods: this.#throttledPeriods,
      throttledUs: this.#throttledUs,
      refilledUs: this.#refilledUs,
    };
  }

  /** Writes one of the three, or says that the kernel refuses it. */
  write(change: Partial<BandwidthValues>, nowUs: number): "written" | "invalid" {
    const next = { ...this.#values, ...change };
    if (!isAcceptable(next)) return "invalid";
    this.#values = next;
    if (next.quotaUs !== undefined) {
      const owedUs = Math.max(0, -this.#localUs);
      this.#refilledUs += this.#refill(next.quotaUs) + owedUs;
      // A timer that runs goes off when it was to, also where the period is another now.
      if (this.#isTimerResting(nowUs)) this.#startTimer(nowUs);
    }
    this.#localUs = 0;
    this.#unthrottle(nowUs);
    return "written";
  }

  /** Runs through a stretch of time; answers what was used of what was wanted. */
  run(stretch: RunStretch): number {
    const { fromUs, toUs, wantedUs, mostUs, threads } = stretch;
    if (this.#values.quotaUs === undefined)
      return Math.min(wantedUs, mostUs, threads * (toUs - fromUs));
    let atUs = fromUs;
    let usedUs = 0;
    for (;;) {
      const leftUs = Math.min(wantedUs, mostUs) - usedUs;
      if (leftUs > this.#localUs && this.#isTimerResting(atUs)) this.#startTimer(atUs);
      const endUs = Math.min(toUs, this.#periodEndUs);
      if (leftUs > 0 && endUs > atUs && this.#throttledSinceUs === undefined) {
        const dueUs = wantedUs - usedUs;
        usedUs += this.#runWithin(atUs, endUs, { leftUs, dueUs, threads });
      }
      if (this.#periodEndUs > toUs) return usedUs;
      atUs = this.#periodEndUs;
      this.#endPeriod(this.#values.quotaUs);
    }
  }

  /** Nothing runs until then. */
  rest(toUs: number): void {
    const { quotaUs } = this.#values;
    if (quotaUs === undefined) return;
    while (this.#periodEndUs <= toUs) this.#endPeriod(quotaUs);
  }

  /** What it would use, with nothing changed. */
  wouldUse(stretch: RunStretch): number {
    const { quotaUs } = this.#values;
    const before = this.#state();
    const usedUs = this.run(stretch);
    if (quotaUs !== undefined) this.#restore(before);
    return usedUs;
  }

  /** Runs where no period ends. */
  #runWithin(fromUs: number, toUs: number, { leftUs, dueUs, threads }: Part): number {
    const mostUs = Math.min(leftUs, threads * (toUs - fromUs));
    const availableUs = this.#poolUs + this.#localUs;
    if (mostUs <= availableUs) {
      this.#spend(mostUs, sliceUs * threads);
      if (mostUs === dueUs) this.#giveBack(slackUs * threads);
      return mostUs;
    }
    const dryAtUs = fromUs + Math.max(0, availableUs) / threads;
    const tickUs = Math.ceil((dryAtUs - leastUs) / tickPeriodUs) * tickPeriodUs;
    const usedUs = Math.min(mostUs, threads * (Math.min(toUs, tickUs) - fromUs));
    this.#poolUs = 0;
    this.#hasTaken = true;
    this.#localUs = availableUs - usedUs;
    // Who has nothing more to do sleeps, and owes.
    if (tickUs <= toUs && dueUs - usedUs > leastUs) this.#throttledSinceUs = tickUs;
    return usedUs;
  }

  #spend(usedUs: number, takenAtOnceUs: number): void {
    this.#localUs -= usedUs;
    if (this.#localUs > 0) return;
    const wantedUs = (Math.floor(-this.#localUs / takenAtOnceUs) + 1) * takenAtOnceUs;
    const takenUs = Math.min(this.#poolUs, wantedUs);
    this.#poolUs -= takenUs;
    this.#localUs += takenUs;
    this.#hasTaken = true;
  }

  #giveBack(keptUs: number): void {
    if (this.#localUs <= keptUs) return;
    this.#poolUs += this.#localUs - keptUs;
    this.#localUs = keptUs;
  }

  #endPeriod(quotaUs: number): void {
    const nowUs = this.#periodEndUs;
    this.#lastPeriodEndUs = nowUs;
    this.#periodEndUs = nowUs + this.#values.periodUs;
    this.#periods += 1;
    this.#refill(quotaUs);
    if (this.#throttledSinceUs !== undefined) {
      this.#throttledPeriods += 1;
      this.#payBack();
      if (this.#poolUs + this.#localUs > 0) this.#unthrottle(nowUs);
      return;
    }
    if (!this.#hasTaken) this.#periodEndUs = Number.POSITIVE_INFINITY;
    this.#hasTaken = false;
  }

  /** What is owed is paid as far as the pool goes. */
  #payBack(): void {
    const paidUs = Math.min(this.#poolUs, Math.max(0, -this.#localUs));
    this.#poolUs -= paidUs;
    this.#localUs += paidUs;
  }

  #refill(quotaUs: number): number {
    const before = this.#poolUs;
    this.#poolUs = Math.min(before + quotaUs, quotaUs + this.#values.burstUs);
    return Math.max(0, this.#poolUs - before);
  }

  #unthrottle(nowUs: number): void {
    if (this.#throttledSinceUs === undefined) return;
    // A tick may end a group's run a moment after the write that lets it go on.
    this.#throttledUs += Math.max(0, nowUs - this.#throttledSinceUs);
    this.#throttledSinceUs = undefined;
  }

  /** One that went off while there was no quota rests as well. */
  #isTimerResting(nowUs: number): boolean {
    return this.#periodEndUs === Number.POSITIVE_INFINITY || this.#periodEndUs < nowUs;
  }

  /** It goes on in whole periods from where it rested. */
  #startTimer(nowUs: number): void {
    const { periodUs } = this.#values;
    if (Number.isFinite(this.#periodEndUs)) this.#lastPeriodEndUs = this.#periodEndUs;
    const lastUs = this.#lastPeriodEndUs ?? nowUs;
    const passed = Math.floor((nowUs - lastUs) / periodUs) + 1;
    this.#periodEndUs = lastUs + passed * periodUs;
  }

  #state(): BandwidthState {
    return [
      this.#poolUs,
      this.#localUs,
      this.#periodEndUs,
      this.#lastPeriodEndUs,
      this.#hasTaken,
      this.#throttledSinceUs,
      this.#periods,
      this.#throttledPeriods,
      this.#throttledUs,
    ];
  }

  #restore(state: BandwidthState): void {
    [
      this.#poolUs,
      this.#localUs,
      this.#periodEndUs,
      this.#lastPeriodEndUs,
      this.#hasTaken,
      this.#throttledSinceUs,
      this.#periods,
      this.#throttledPeriods,
      this.#throttledUs,
    ] = state;
  }
}

/** A stretch of time in which a group wants to run. */
export interface RunStretch {
  readonly fromUs: number;
  readonly toUs: number;
  readonly wantedUs: number;
  /** What the others leave it. */
  readonly mostUs: number;
  /** The most cores at the same time. */
  readonly threads: number;
}

interface Part {
  /** What it may use, and all that is due: who is left with more work is throttled. */
  readonly leftUs: number;
  readonly dueUs: number;
  readonly threads: number;
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
  /** What writes, not periods, added to the pool, or no longer asked back. */
  readonly refilledUs: number;
}

type BandwidthState = readonly [
  poolUs: number,
  localUs: number,
  periodEndUs: number,
  lastPeriodEndUs: number | undefined,
  hasTaken: boolean,
  throttledSinceUs: number | undefined,
  periods: number,
  throttledPeriods: number,
  throttledUs: number,
];

/** `sched_cfs_bandwidth_slice_us`. */
const sliceUs = 5000;
/** What a core keeps of its slice when the group has nothing to do on it. */
const slackUs = 1000;
/** The kernel looks at what runs 250 times a second. */
const tickPeriodUs = 4000;
/** Below it a difference is rounding. */
const leastUs = 1e-6;

function isAcceptable({ quotaUs, burstUs, periodUs }: BandwidthValues): boolean {
  if (periodUs < 1000 || periodUs > 1_000_000) return false;
  if (quotaUs === undefined) return true;
  return quotaUs >= 1000 && burstUs >= 0 && burstUs <= quotaUs;
}
