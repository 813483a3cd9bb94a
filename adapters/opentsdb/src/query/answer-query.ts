import type { SeriesStore } from "../series/series-store.ts";
import { aggregateSeries } from "./aggregate-series.ts";
import { downsampleSeries } from "./downsample-series.ts";
import type { FoundSeries, TimeRange } from "./found-series.ts";
import { type OwnSeriesSources, ownSeries } from "./own-series.ts";
import type { Query, SubQuery } from "./parse-query.ts";

/** One group of a sub query, as OpenTSDB answers. */
export interface AnsweredSeries {
  readonly metric: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly aggregateTags: readonly string[];
  /** By time, rising. */
  readonly dps: Readonly<Record<string, number>>;
}

export interface QueryDeps extends OwnSeriesSources {
  readonly store: SeriesStore;
}

/** A series without points is left out: clients read an empty one as zero, not as missing. */
export async function answerQuery(
  { from, to, isInMilliseconds, parts }: Query,
  deps: QueryDeps,
): Promise<readonly AnsweredSeries[]> {
  const answered: AnsweredSeries[] = [];
  for (const part of parts) {
    const found = await findSeries(part, { from, to }, deps);
    for (const group of groupsOf(found, part)) {
      answered.push(answerGroup(group, part, isInMilliseconds));
    }
  }
  return answered;
}

/** What was posted; of what nobody posted, what we measured ourselves. */
async function findSeries(
  part: SubQuery,
  range: TimeRange,
  deps: QueryDeps,
): Promise<readonly FoundSeries[]> {
  const posted = postedSeries(part, range, deps.store);
  const own = await ownSeries(part, range, deps);
  if (posted.length === 0) return own;
  const tag = part.filters[0]?.tag ?? "";
  const told = new Set(posted.map(({ tags }) => tags[tag]));
  return [...posted, ...own.filter(({ tags }) => !told.has(tags[tag]))];
}

function postedSeries(
  { metric, filters }: SubQuery,
  { from, to }: TimeRange,
  store: SeriesStore,
): readonly FoundSeries[] {
  const mayBeWanted = (ownerTag: string, owner: string): boolean =>
    filters.every(({ tag, matches }) => tag !== ownerTag || matches(owner));
  const found: FoundSeries[] = [];
  for (const series of store.find(metric, mayBeWanted)) {
    const { tags } = series;
    if (!filters.every(({ tag, matches }) => matchesTag(tags[tag], matches))) continue;
    const stamps: number[] = [];
    const values: number[] = [];
    series.each(from, to, (stamp, value) => {
      stamps.push(stamp);
      values.push(value);
    });
    if (stamps.length > 0) found.push({ tags, stamps, values });
  }
  return found;
}

const matchesTag = (value: string | undefined, matches: (value: string) => boolean): boolean =>
  value !== undefined && matches(value);

/** A group for each set of values of the tags that were asked for. */
function groupsOf(
  found: readonly FoundSeries[],
  { filters }: SubQuery,
): readonly (readonly FoundSeries[])[] {
  const groups = new Map<string, FoundSeries[]>();
  for (const series of found) {
    const key = JSON.stringify(filters.map(({ tag }) => series.tags[tag]));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [series]);
    else group.push(series);
  }
  return [...groups.values()];
}

function answerGroup(
  group: readonly FoundSeries[],
  { metric, aggregator, downsample }: SubQuery,
  isInMilliseconds: boolean,
): AnsweredSeries {
  const sampled =
    downsample === undefined ? group : group.map((each) => downsampleSeries(each, downsample));
  const { stamps, values } = aggregateSeries(sampled, aggregator);
  const dps: Record<string, number> = {};
  for (const [index, stamp] of stamps.entries()) {
    // Whole numbers are listed by size, as long as they are no longer than 32 bits.
    dps[String(isInMilliseconds ? Math.round(stamp * 1000) : Math.floor(stamp))] =
      values[index] ?? 0;
  }
  return { metric, ...tagsOf(group), dps };
}

/** Tags that all have alike, and those in which they differ. */
function tagsOf(group: readonly FoundSeries[]): Pick<AnsweredSeries, "tags" | "aggregateTags"> {
  const tags: Record<string, string> = { ...group[0]?.tags };
  const differing = new Set<string>();
  for (const { tags: own } of group) {
    for (const key of [...Object.keys(tags), ...Object.keys(own)]) {
      if (own[key] !== undefined && own[key] === tags[key]) continue;
      delete tags[key];
      differing.add(key);
    }
  }
  return { tags, aggregateTags: [...differing].toSorted() };
}
