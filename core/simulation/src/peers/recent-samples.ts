/** The last few samples of a peer, in place: a step may come millions of times. */
export class RecentSamples {
  readonly #samples: Float64Array;
  #next = 0;
  #count = 0;

  constructor(most: number) {
    this.#samples = new Float64Array(most);
  }

  get count(): number {
    return this.#count;
  }

  push(sample: number): void {
    this.#samples[this.#next] = sample;
    this.#next = (this.#next + 1) % this.#samples.length;
    if (this.#count < this.#samples.length) this.#count += 1;
  }

  clear(): void {
    this.#next = 0;
    this.#count = 0;
  }

  sum(): number {
    let sum = 0;
    for (let at = 0; at < this.#count; at += 1) sum += this.#samples[at] ?? 0;
    return sum;
  }

  /** 0 of no samples, as are max and deviation. */
  mean(): number {
    return this.#count === 0 ? 0 : this.sum() / this.#count;
  }

  max(): number {
    let max = 0;
    for (let at = 0; at < this.#count; at += 1) max = Math.max(max, this.#samples[at] ?? 0);
    return max;
  }

  /** Of all the samples (÷ n, not n − 1). */
  deviation(): number {
    if (this.#count === 0) return 0;
    const mean = this.mean();
    let squares = 0;
    for (let at = 0; at < this.#count; at += 1) squares += ((this.#samples[at] ?? 0) - mean) ** 2;
    return Math.sqrt(squares / this.#count);
  }
}
