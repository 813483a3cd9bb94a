/** The delays of many steps, of which nearly all are 0: only the others are kept. */
export class DelayScore {
  #steps = 0;
  readonly #delaysMs: number[] = [];

  add(delayMs: number): void {
    this.#steps += 1;
    if (delayMs > 0) this.#delaysMs.push(delayMs);
  }

  get steps(): number {
    return this.#steps;
  }

  /** The share of steps with a delay; 0 to 1. */
  get delayedRatio(): number {
    return this.#steps === 0 ? 0 : this.#delaysMs.length / this.#steps;
  }

  /** The least delay that `share` of all steps do not exceed; 0 without any. */
  quantileMs(share: number): number {
    const rank = Math.ceil(share * this.#steps) - 1;
    const zeros = this.#steps - this.#delaysMs.length;
    if (rank < zeros) return 0;
    this.#delaysMs.sort((a, b) => a - b);
    return this.#delaysMs[rank - zeros] ?? 0;
  }
}
