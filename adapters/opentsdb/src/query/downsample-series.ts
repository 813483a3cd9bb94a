import type { Downsample } from "./aggregators.ts";
import type { FoundSeries } from "./found-series.ts";

/** Buckets begin at multiples of their length since 1970 and are named by their begin. */
export function downsampleSeries(
  { tags, stamps, values }: FoundSeries,
  { seconds, fold }: Downsample,
): FoundSeries {
  const begins: number[] = [];
  const folded: number[] = [];
  let bucket: number[] = [];
  let begin: number | undefined;
  const end = (): void => {
    if (begin === undefined) return;
    begins.push(begin);
    folded.push(fold(bucket));
  };
  for (const [index, stamp] of stamps.entries()) {
    const own = bucketOf(stamp, seconds);
    if (own !== begin) {
      end();
      begin = own;
      bucket = [];
    }
    bucket.push(values[index] ?? 0);
  }
  end();
  return { tags, stamps: begins, values: folded };
}

export const bucketOf = (stamp: number, seconds: number): number =>
  Math.floor(stamp / seconds) * seconds;
