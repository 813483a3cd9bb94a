import { err, ok, type Result } from "@sc/domain";
import { type Aggregator, aggregators, type Downsample, downsamplers } from "./aggregators.ts";
import { queryTime, secondsOf } from "./query-time.ts";
import { type TagFilter, tagFilter } from "./tag-filter.ts";

export interface Query {
  /** Unix seconds, both included. */
  readonly from: number;
  readonly to: number;
  readonly isInMilliseconds: boolean;
  readonly parts: readonly SubQuery[];
}

export interface SubQuery {
  readonly metric: string;
  readonly aggregator: Aggregator;
  readonly downsample: Downsample | undefined;
  /** All of them filter, and part: a group for each value. */
  readonly filters: readonly TagFilter[];
}

const partsMost = 100;
/** A group for each of them. */
const bucketsMost = 100_000;

/** The forms that are in use, as OpenTSDB takes them; what is refused names itself. */
export function parseQuery(body: unknown, now: number): Result<Query, string> {
  if (!isObject(body)) return err("the query is no JSON object");
  const from = queryTime(body.start, now);
  const to = body.end === undefined || body.end === null ? now : queryTime(body.end, now);
  if (from === undefined) return err("Missing or invalid start time");
  if (to === undefined) return err("Invalid end time");
  if (from > to) return err("Start time must be before the end time");
  const { queries } = body;
  if (!Array.isArray(queries) || queries.length === 0) return err("Missing queries");
  if (queries.length > partsMost) return err(`more than ${partsMost} sub queries`);
  const parts: SubQuery[] = [];
  for (const each of queries) {
    const part = parsePart(each);
    if (!part.ok) return part;
    const { downsample } = part.value;
    if (downsample !== undefined && (to - from) / downsample.seconds > bucketsMost) {
      return err(`more than ${bucketsMost} buckets; downsample to longer ones`);
    }
    parts.push(part.value);
  }
  return ok({ from, to, isInMilliseconds: body.msResolution === true, parts });
}

function parsePart(given: unknown): Result<SubQuery, string> {
  if (!isObject(given)) return err("a sub query is no JSON object");
  const { aggregator: name, metric, tags = {}, downsample: text } = given;
  if (typeof metric !== "string" || metric === "") return err("Missing the metric");
  const aggregator = typeof name === "string" ? aggregators.get(name) : undefined;
  if (aggregator === undefined) return err(`No such aggregator: ${shown(name)}`);
  if (given.rate === true) return err("rates are not supported");
  if (given.filters !== undefined && !isEmptyList(given.filters)) {
    return err("filters are not supported; tags are");
  }
  const downsample = parseDownsample(text);
  if (!downsample.ok) return downsample;
  const filters = parseTags(tags);
  if (!filters.ok) return filters;
  return ok({ metric, aggregator, downsample: downsample.value, filters: filters.value });
}

function parseTags(tags: unknown): Result<readonly TagFilter[], string> {
  if (!isObject(tags)) return err("the tags are no JSON object");
  const filters: TagFilter[] = [];
  for (const [tag, value] of Object.entries(tags)) {
    const filter = typeof value === "string" ? tagFilter(tag, value) : undefined;
    if (filter === undefined) return err(`the tag ${shown(tag)} has no value that can be matched`);
    filters.push(filter);
  }
  return ok(filters);
}

function parseDownsample(given: unknown): Result<Downsample | undefined, string> {
  if (given === undefined || given === null || given === "") return ok(undefined);
  const [length = "", name = "", fill = "none"] =
    typeof given === "string" ? given.split("-", 4) : [];
  const seconds = secondsOf(length);
  const fold = downsamplers.get(name);
  if (seconds === undefined || fold === undefined || fill !== "none") {
    return err(`Invalid downsampling: ${shown(given)}, expected one like 5s-avg`);
  }
  return ok({ seconds, function: name, fold });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const shown = (value: unknown): string => (JSON.stringify(value) ?? "nothing").slice(0, 100);
