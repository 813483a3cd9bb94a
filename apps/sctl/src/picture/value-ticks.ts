const decimalSteps = [1, 2, 5, 10] as const;

/**
 * Round values from 0 on, the last one at or above `max`: at most `count` steps, so that the labels
 * are few and the curve does not touch the frame.
 */
export function decimalTicks(max: number, count: number): readonly number[] {
  const shown = atLeastOne(max);
  const least = shown / count;
  const magnitude = 10 ** Math.floor(Math.log10(least));
  const step = (decimalSteps.find((each) => each * magnitude >= least) ?? 10) * magnitude;
  return stepsUpTo(shown, step);
}

/** The same for memory, which people count in powers of two. */
export function binaryTicks(max: number, count: number): readonly number[] {
  const shown = atLeastOne(max);
  return stepsUpTo(shown, 2 ** Math.ceil(Math.log2(shown / count)));
}

/** An axis has a length, also when nothing was used. */
const atLeastOne = (max: number): number => Math.max(max, 1);

function stepsUpTo(max: number, step: number): readonly number[] {
  const count = Math.max(Math.ceil(max / step), 1);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

const mibPerGib = 1024;
const mibPerTib = 1024 * mibPerGib;

/** `512 MiB`, `1.5 GiB`. */
export function mibLabel(mib: number): string {
  if (mib === 0) return "0";
  if (mib < mibPerGib) return `${round(mib)} MiB`;
  return mib < mibPerTib ? `${round(mib / mibPerGib)} GiB` : `${round(mib / mibPerTib)} TiB`;
}

const round = (value: number): number => Math.round(value * 100) / 100;
