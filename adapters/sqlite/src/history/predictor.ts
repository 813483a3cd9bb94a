import { assertNever } from "@sc/domain";

/** What is expected of the next number, from those before it. */
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

/**
 * A column on its way to differences from what was expected, or back: the very same steps both ways, so
 * that reader and writer cannot expect different things.
 */
export interface Walk {
  /** Whole numbers; read or, but for the first, filled in. */
  readonly numbers: Float64Array;
  /** One less: 0, 1, 2, 3 … for 0, −1, 1, −2 …; filled in or read. */
  readonly differences: Float64Array;
  readonly direction: "to-differences" | "to-numbers";
  readonly times: Float64Array;
  /** By how much the gauge says that the number grows, in its own unit and that of time. */
  readonly growth: Float64Array | undefined;
}

/** A loop for each prediction, not one with a choice in it: every question goes through them. */
export function walkColumn(walk: Walk, prediction: Prediction): void {
  switch (prediction) {
    case "same":
      walkAlongSame(walk);
      return;
    case "level":
      walkAlongLevel(walk);
      return;
    case "rate":
      walkAlongRate(walk, 1);
      return;
    case "smooth-rate":
      walkAlongRate(walk, smoothing);
      return;
    case "integral":
      walkAlongIntegral(walk);
      return;
    default:
      assertNever(prediction);
  }
}

function walkAlongSame(walk: Walk): void {
  let last = walk.numbers[0] ?? 0;
  for (let index = 1; index < walk.numbers.length; index += 1) last = step(walk, index, last);
}

function walkAlongLevel(walk: Walk): void {
  let level = walk.numbers[0] ?? 0;
  for (let index = 1; index < walk.numbers.length; index += 1)
    level += (step(walk, index, whole(level)) - level) * smoothing;
}

function walkAlongRate(walk: Walk, share: number): void {
  const { numbers, times } = walk;
  let last = numbers[0] ?? 0;
  let rate = 0;
  let weight = 1;
  for (let index = 1; index < numbers.length; index += 1) {
    const seconds = (times[index] ?? 0) - (times[index - 1] ?? 0);
    const number = step(walk, index, whole(last + rate * seconds));
    rate += ((number - last) / seconds - rate) * weight;
    weight = share;
    last = number;
  }
}

function walkAlongIntegral(walk: Walk): void {
  const { numbers, times, growth } = walk;
  let last = numbers[0] ?? 0;
  for (let index = 1; index < numbers.length; index += 1) {
    const seconds = (times[index] ?? 0) - (times[index - 1] ?? 0);
    const perSecond = growth?.[index] ?? 0;
    const added = Number.isFinite(perSecond) ? perSecond * seconds : 0;
    last = step(walk, index, whole(last + added));
  }
}

/** From the number to its difference, or back; the number. */
function step({ numbers, differences, direction }: Walk, index: number, expected: number): number {
  if (direction === "to-numbers") {
    const number = expected + toSigned(differences[index - 1] ?? 0);
    numbers[index] = number;
    return number;
  }
  const number = numbers[index] ?? 0;
  differences[index - 1] = toUnsigned(number - expected);
  return number;
}

/** Of times or gauges that are absurd nothing is expected. */
function whole(expected: number): number {
  const rounded = Math.round(expected);
  if (rounded >= -numberMax && rounded <= numberMax) return rounded;
  return Number.isNaN(rounded) ? 0 : Math.sign(rounded) * numberMax;
}

/** 0, −1, 1, −2 … → 0, 1, 2, 3 … */
export const toUnsigned = (number: number): number => (number < 0 ? -2 * number - 1 : 2 * number);

const smallMax = 0x7fff_ffff;

/** The remainder of a large number costs more than all the rest together. */
export function toSigned(number: number): number {
  if (number <= smallMax) return (number >>> 1) ^ -(number & 1);
  return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
}
