/** What is made of several values. */
type Fold = (values: readonly number[]) => number;

const sum: Fold = (values) => values.reduce((all, value) => all + value, 0);
const avg: Fold = (values) => sum(values) / values.length;
const min: Fold = (values) => values.reduce((least, value) => Math.min(least, value));
const max: Fold = (values) => values.reduce((most, value) => Math.max(most, value));
const count: Fold = (values) => values.length;

export interface Aggregator {
  readonly fold: Fold;
  /** A series without a point at a time has a value there all the same, on the line between two. */
  readonly isInterpolated: boolean;
}

const plain = (fold: Fold): Aggregator => ({ fold, isInterpolated: false });
const between = (fold: Fold): Aggregator => ({ fold, isInterpolated: true });

/** Across series, at one time. */
export const aggregators: ReadonlyMap<string, Aggregator> = new Map([
  ["zimsum", plain(sum)],
  ["mimmin", plain(min)],
  ["mimmax", plain(max)],
  ["count", plain(count)],
  ["sum", between(sum)],
  ["avg", between(avg)],
  ["min", between(min)],
  ["max", between(max)],
]);

/** Of one series, within a bucket. */
export const downsamplers: ReadonlyMap<string, Fold> = new Map([
  ["avg", avg],
  ["sum", sum],
  ["zimsum", sum],
  ["min", min],
  ["mimmin", min],
  ["max", max],
  ["mimmax", max],
  ["count", count],
  ["first", (values: readonly number[]) => values[0] ?? 0],
  ["last", (values: readonly number[]) => values.at(-1) ?? 0],
]);

export interface Downsample {
  readonly seconds: number;
  readonly function: string;
  readonly fold: Fold;
}
