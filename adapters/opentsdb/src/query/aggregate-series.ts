import type { Aggregator } from "./aggregators.ts";
import type { FoundSeries } from "./found-series.ts";

/** One row of points of several series: at each time at which one of them has a point. */
export function aggregateSeries(
  series: readonly FoundSeries[],
  { fold, isInterpolated }: Aggregator,
): Pick<FoundSeries, "stamps" | "values"> {
  const columns = new Map<number, number[]>();
  for (const { stamps, values } of series) {
    for (const [index, stamp] of stamps.entries()) {
      const column = columns.get(stamp);
      if (column === undefined) columns.set(stamp, [values[index] ?? 0]);
      else column.push(values[index] ?? 0);
    }
  }
  const stamps = [...columns.keys()].toSorted((a, b) => a - b);
  if (isInterpolated && series.length > 1) {
    for (const each of series) addBetween(each, stamps, columns);
  }
  return { stamps, values: stamps.map((stamp) => fold(columns.get(stamp) ?? [])) };
}

/** Where others have a point and this one has not, but before and after. */
function addBetween(
  { stamps, values }: FoundSeries,
  all: readonly number[],
  columns: ReadonlyMap<number, number[]>,
): void {
  let next = 0;
  for (const stamp of all) {
    while ((stamps[next] ?? Number.POSITIVE_INFINITY) < stamp) next += 1;
    const after = stamps[next];
    const before = stamps[next - 1];
    if (after === undefined || before === undefined || after === stamp) continue;
    const share = (stamp - before) / (after - before);
    const from = values[next - 1] ?? 0;
    columns.get(stamp)?.push(from + share * ((values[next] ?? 0) - from));
  }
}
