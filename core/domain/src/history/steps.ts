import { type FlatRun, firstAfter, isGap } from "./flat-run.ts";
import { numberAt } from "./number-at.ts";

export interface StepTime {
  readonly from: number;
  readonly to: number;
  readonly stepSeconds: number;
}

/** A time in equal steps, of which only those are there that something is known of. */
export class Steps {
  readonly time: StepTime;
  /** Which step each one is, counted from `from`; rising. */
  readonly #numbers: Float64Array;
  /** When each step begins. */
  readonly stamps: Float64Array;

  constructor(runs: readonly FlatRun[], time: StepTime) {
    this.time = time;
    const known = runs.map((run) => knownSteps(run, time));
    const [only = []] = known;
    this.#numbers =
      known.length < 2 ? Float64Array.from(only) : Float64Array.from(new Set(known.flat())).sort();
    const { from, stepSeconds } = time;
    this.stamps = this.#numbers.map((number) => from + number * stepSeconds);
  }

  get length(): number {
    return this.#numbers.length;
  }

  /** The first known step that does not end before `stamp`. */
  indexAt(stamp: number): number {
    const number = Math.floor((stamp - this.time.from) / this.time.stepSeconds);
    const numbers = this.#numbers;
    const first = numberAt(numbers, 0);
    // Most often there are no holes, and the place can be counted.
    const counted = number - first;
    if (numbers[counted] === number) return counted;
    let low = 0;
    let high = numbers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (numberAt(numbers, middle) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** For every stamp the step that holds it; −1 = it is outside of the time. */
  placesOf(stamps: Float64Array): Int32Array {
    const { from, to } = this.time;
    const places = new Int32Array(stamps.length).fill(-1);
    for (let index = 0; index < stamps.length; index += 1) {
      const stamp = numberAt(stamps, index);
      if (stamp >= from && stamp < to) places[index] = this.indexAt(stamp);
    }
    return places;
  }

  /** Calls `visit` with every step that shares time with begin to end, and how much. */
  eachOverlap(begin: number, end: number, visit: (index: number, seconds: number) => void): void {
    const { from, to, stepSeconds } = this.time;
    const first = Math.max(begin, from);
    const last = Math.min(end, to);
    for (let index = this.indexAt(first); index < this.length; index += 1) {
      const stepBegin = numberAt(this.stamps, index);
      if (stepBegin >= last) return;
      const seconds = Math.min(last, stepBegin + stepSeconds) - Math.max(first, stepBegin);
      if (seconds > 0) visit(index, seconds);
    }
  }
}

/** Steps that hold a reading, or lie between two that are near enough to speak for them. */
function knownSteps(run: FlatRun, { from, to, stepSeconds }: StepTime): number[] {
  const { stamps } = run;
  const numbers: number[] = [];
  const lastNumber = Math.ceil((to - from) / stepSeconds) - 1;
  let last = -1;
  for (let index = Math.max(0, firstAfter(stamps, from) - 1); index < stamps.length; index += 1) {
    const begin = numberAt(stamps, index);
    if (begin >= to) break;
    const next = stamps[index + 1] ?? begin;
    const isNear = next - begin <= stepSeconds || !isGap(run, index, index + 1);
    const end = Math.min(isNear ? next : begin, to);
    if (end < from) continue;
    const endNumber = Math.min(lastNumber, Math.floor((end - from) / stepSeconds));
    const beginNumber = Math.floor((Math.max(begin, from) - from) / stepSeconds);
    for (let number = Math.max(last + 1, beginNumber); number <= endNumber; number += 1)
      numbers.push(number);
    last = Math.max(last, endNumber);
  }
  return numbers;
}
