/**
 * What the vertical pod autoscaler (kubernetes/autoscaler at 55c37cd5eb, Apache-2) learns of
 * memory: one peak for each day, stamped with the day's end. A higher sample of the open day takes
 * the place of the lower one. A kill counts as a need of 20 % or 100 MiB more than was known.
 */

import type { DecayingHistogram } from "./decaying-histogram.ts";

const intervalSeconds = 86_400;
const killRatio = 1.2;
const killMib = 100;

export class VpaMemoryPeaks {
  readonly #histogram: DecayingHistogram;
  #end = Number.NEGATIVE_INFINITY;
  /** Of the open interval; what a kill added is kept apart, or each kill would feed the next. */
  #peak = 0;
  #killPeak = 0;

  constructor(histogram: DecayingHistogram) {
    this.#histogram = histogram;
  }

  add(seconds: number, mib: number): void {
    this.#openInterval(seconds);
    const before = Math.max(this.#peak, this.#killPeak);
    this.#peak = Math.max(this.#peak, mib);
    this.#replace(before);
  }

  addKill(seconds: number, requestMib: number): void {
    this.#openInterval(seconds);
    const before = Math.max(this.#peak, this.#killPeak);
    const used = Math.max(requestMib, this.#peak);
    this.#killPeak = Math.max(this.#killPeak, used + killMib, killRatio * used);
    this.#replace(before);
  }

  #openInterval(seconds: number): void {
    if (seconds <= this.#end) return;
    if (this.#end === Number.NEGATIVE_INFINITY) this.#end = seconds;
    while (this.#end <= seconds) this.#end += intervalSeconds;
    this.#peak = 0;
    this.#killPeak = 0;
  }

  #replace(before: number): void {
    const after = Math.max(this.#peak, this.#killPeak);
    if (after === before) return;
    const sample = { weight: 1, seconds: this.#end };
    if (before > 0) this.#histogram.subtract({ ...sample, value: before });
    this.#histogram.add({ ...sample, value: after });
  }
}
