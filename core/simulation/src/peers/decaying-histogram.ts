/**
 * The histogram of the Kubernetes vertical pod autoscaler (kubernetes/autoscaler at 55c37cd5eb,
 * Apache-2), re-described: buckets that grow by 5 %, weights that halve as samples get older, and
 * percentiles that answer the upper edge of their bucket.
 *
 *     bucket n begins at first · (1.05ⁿ − 1) / 0.05
 *     a sample of time t weighs w · 2^((t − reference) / half life)
 *
 * The weights grow instead of the old ones shrinking; the reference follows in whole half lives
 * before they grow too big.
 */

const growth = 1.05;
const emptyWeight = 1e-4;
/** The reference moves when a weight would pass 2^100. */
const mostHalfLives = 100;

export interface HistogramScale {
  /** Width of the first bucket. */
  readonly first: number;
  readonly max: number;
  readonly halfLifeSeconds: number;
}

export interface WeightedSample {
  readonly value: number;
  readonly weight: number;
  readonly seconds: number;
}

export class DecayingHistogram {
  readonly #scale: HistogramScale;
  readonly #weights: Float64Array;
  #total = 0;
  #reference = 0;

  constructor(scale: HistogramScale) {
    this.#scale = scale;
    const buckets = Math.ceil(logOfGrowth((scale.max * (growth - 1)) / scale.first + 1)) + 1;
    this.#weights = new Float64Array(buckets);
  }

  get buckets(): number {
    return this.#weights.length;
  }

  startOf(bucket: number): number {
    return (this.#scale.first * (growth ** bucket - 1)) / (growth - 1);
  }

  bucketOf(value: number): number {
    const { first } = this.#scale;
    if (value < first) return 0;
    const bucket = Math.floor(logOfGrowth((value * (growth - 1)) / first + 1));
    return Math.min(bucket, this.#weights.length - 1);
  }

  add({ value, weight, seconds }: WeightedSample): void {
    this.#put(this.bucketOf(value), weight * this.#factorAt(seconds));
  }

  /** Takes a sample back that was added with the same weight and time. */
  subtract({ value, weight, seconds }: WeightedSample): void {
    this.#put(this.bucketOf(value), -weight * this.#factorAt(seconds));
  }

  /** @param fraction 0 to 1 @returns 0 of no samples */
  percentile(fraction: number): number {
    if (this.#total < emptyWeight) return 0;
    const last = this.#weights.length - 1;
    const highest = this.#weights.findLastIndex((weight) => weight >= emptyWeight);
    const goal = fraction * this.#total;
    let sum = 0;
    let bucket = this.#weights.findIndex((weight) => weight >= emptyWeight);
    for (; bucket < highest; bucket += 1) {
      sum += this.#weights[bucket] ?? 0;
      if (sum >= goal) break;
    }
    return this.startOf(Math.min(bucket + 1, last));
  }

  #put(bucket: number, weight: number): void {
    const before = this.#weights[bucket] ?? 0;
    const after = Math.max(before + weight, 0);
    this.#weights[bucket] = after;
    this.#total += after - before;
  }

  #factorAt(seconds: number): number {
    const { halfLifeSeconds } = this.#scale;
    const halfLives = (seconds - this.#reference) / halfLifeSeconds;
    if (halfLives > mostHalfLives) this.#moveReference(Math.floor(halfLives));
    return 2 ** ((seconds - this.#reference) / halfLifeSeconds);
  }

  #moveReference(halfLives: number): void {
    this.#reference += halfLives * this.#scale.halfLifeSeconds;
    const factor = 2 ** -halfLives;
    for (let bucket = 0; bucket < this.#weights.length; bucket += 1)
      this.#weights[bucket] = (this.#weights[bucket] ?? 0) * factor;
    this.#total *= factor;
  }
}

function logOfGrowth(value: number): number {
  return Math.log(value) / Math.log(growth);
}
