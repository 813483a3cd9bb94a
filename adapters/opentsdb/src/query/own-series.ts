import type { UsageHistory } from "@sc/domain";
import type { UsageHistories } from "@sc/ports";
import { bucketOf } from "./downsample-series.ts";
import type { FoundSeries, TimeRange } from "./found-series.ts";
import type { SubQuery } from "./parse-query.ts";

export interface OwnSeriesSources {
  /** Of all containers, also of those that are gone. */
  readonly histories: UsageHistories;
  /** Of those that run: what a `*` is looked for in. */
  readonly names: () => readonly string[];
}

type Column = (history: UsageHistory) => Float64Array;

/**
 * What our own history says under the names that clients of the published framework ask for. A
 * container's cpu time is kept as one sum, so it is all told as user time: a sum over user and kernel
 * is right, and no part is made up. Thresholds and the least limit are no history, and not told.
 */
const columns: ReadonlyMap<string, { readonly tag: string; readonly column: Column }> = new Map([
  ["proc.cpu.user", { tag: "host", column: ({ cpu }) => cpu.used }],
  ["proc.mem.resident", { tag: "host", column: ({ mem }) => mem.used }],
  ["structure.cpu.usage", { tag: "structure", column: ({ cpu }) => cpu.used }],
  ["structure.cpu.current", { tag: "structure", column: ({ cpu }) => cpu.limit }],
  ["structure.cpu.max", { tag: "structure", column: ({ cpu }) => cpu.reserved }],
  ["structure.mem.usage", { tag: "structure", column: ({ mem }) => mem.used }],
  ["structure.mem.current", { tag: "structure", column: ({ mem }) => mem.limit }],
  ["structure.mem.max", { tag: "structure", column: ({ mem }) => mem.reserved }],
]);

/** Asked for at once by one sub query. */
const containersMost = 256;
/** Of one series; longer times are told in longer steps. */
const stepsMost = 20_000;

/** Series of our own, in steps of a bucket or of a second. */
export async function ownSeries(
  { metric, filters, downsample }: SubQuery,
  range: TimeRange,
  { histories, names }: OwnSeriesSources,
): Promise<readonly FoundSeries[]> {
  const own = columns.get(metric);
  const [filter, ...others] = filters;
  if (own === undefined || filter?.tag !== own.tag || others.length > 0) return [];
  const wanted = filter.named ?? names().filter((name) => filter.matches(name));
  const fine = downsample?.function === "avg" ? Math.max(1, downsample.seconds) : 1;
  const least = Math.ceil((range.to - range.from) / stepsMost);
  const stepSeconds = Math.max(fine, least);
  // Steps are counted from the beginning of the question.
  const from = bucketOf(range.from, stepSeconds);
  const found: FoundSeries[] = [];
  for (const name of new Set(wanted.slice(0, containersMost))) {
    const to = range.to + 1;
    const answer = await histories.usageHistory(name, { from, to, stepSeconds });
    if (!answer.ok) continue;
    const series = seriesOf(answer.value.stamps, own.column(answer.value), range.to);
    if (series.stamps.length > 0) found.push({ tags: { [own.tag]: name }, ...series });
  }
  return found;
}

function seriesOf(
  stamps: Float64Array,
  values: Float64Array,
  to: number,
): Pick<FoundSeries, "stamps" | "values"> {
  const kept: { readonly stamps: number[]; readonly values: number[] } = { stamps: [], values: [] };
  for (const [index, stamp] of stamps.entries()) {
    const value = values[index] ?? Number.NaN;
    // Not known, or no limit: no point says that.
    if (!Number.isFinite(value) || stamp > to) continue;
    kept.stamps.push(stamp);
    kept.values.push(value);
  }
  return kept;
}
