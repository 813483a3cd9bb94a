import { assertNever } from "@sc/domain";

/** What is expected of the next number, from those before it. Both sides compute the very same. */
export type Prediction =
  /** As the one before. */
  | "same"
  /** As the last ones on average: for noise around a level. */
  | "level"
  /** Growing as between the last two, by the time between them. */
  | "rate"
  /** Growing as in the last ones on average: for a counter of something noisy. */
  | "smooth-rate"
  /** Growing as a gauge says: a limit that was held, memory that was in use. */
  | "integral";

/** Share of the newest number in an average. */
const smoothing = 0.2;
/** Numbers, and what is expected of them, are no larger: their difference is exact. */
export const numberMax = 2 ** 50;

export class Predictor {
  readonly #prediction: Prediction;
  readonly #times: Float64Array;
  readonly #growth: Float64Array | undefined;
  #last = 0;
  #level = 0;
  #rate = 0;
  #weight = 1;

  /** `growth`: by how much the gauge says that the number grows, in its own unit and that of time. */
  constructor(prediction: Prediction, times: Float64Array, growth: Float64Array | undefined) {
    this.#prediction = prediction;
    this.#times = times;
    this.#growth = growth;
  }

  /** What the number at `index` should be; `learn` has seen all before it, which are one at least. */
  expect(index: number): number {
    const expected = Math.round(this.#expect(index));
    // Of times or gauges that are absurd nothing is expected.
    return Number.isNaN(expected) ? 0 : Math.max(-numberMax, Math.min(numberMax, expected));
  }

  learn(index: number, value: number): void {
    if (index > 0) {
      const rate = (value - this.#last) / this.#seconds(index);
      this.#rate += (rate - this.#rate) * this.#weight;
      this.#level += (value - this.#level) * smoothing;
      if (this.#prediction === "smooth-rate") this.#weight = smoothing;
    } else {
      this.#level = value;
    }
    this.#last = value;
  }

  #expect(index: number): number {
    switch (this.#prediction) {
      case "same":
        return this.#last;
      case "level":
        return this.#level;
      case "integral":
        return this.#last + this.#growthAt(index) * this.#seconds(index);
      case "rate":
      case "smooth-rate":
        return this.#last + this.#rate * this.#seconds(index);
      default:
        return assertNever(this.#prediction);
    }
  }

  #growthAt(index: number): number {
    const growth = this.#growth?.[index] ?? 0;
    return Number.isFinite(growth) ? growth : 0;
  }

  #seconds(index: number): number {
    return (this.#times[index] ?? 0) - (this.#times[index - 1] ?? 0);
  }
}
