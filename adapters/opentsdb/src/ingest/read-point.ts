import type { PostedPart } from "@sc/ports";
import { type OwnerTag, ownerTags, type SeriesName } from "../series/series-store.ts";
import { isKnownMetric, knownTags, partOf } from "./known-metrics.ts";

/** Why a point is not taken; words of monitoring and of the reference page. */
export const refusals = [
  "unreadable",
  "unknown-metric",
  "missing-tags",
  "unknown-tag",
  "bad-timestamp",
  "far-future",
  "too-old",
  "not-a-number",
  "out-of-range",
  "too-many-series",
] as const;
export type Refusal = (typeof refusals)[number];

export interface ReadPoint extends SeriesName {
  readonly part: PostedPart | undefined;
  readonly stamp: number;
  readonly value: number;
}

/** What is known of a point that is refused: the sums of its time are not whole. */
export interface RefusedPoint {
  readonly why: Refusal;
  readonly host: string | undefined;
  readonly part: PostedPart | undefined;
  readonly stamp: number | undefined;
}

const textMost = 255;
const tagsMost = 8;
/** A sender's clock may be ahead of ours by so much. */
export const aheadSecondsMost = 60;
/** From here on a number is milliseconds. */
const millisecondsFrom = 1e11;
/** No process uses as much, and no sum of what is less is beyond what a number holds. */
const processValueMost = 1e9;

/** What stands in the texts of a point: nothing that would break a line or a key. */
const badText = /\p{Cc}/u;
const numberText = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;

export function readPoint(
  given: unknown,
  { oldest, newest }: { readonly oldest: number; readonly newest: number },
): ReadPoint | RefusedPoint {
  if (!isObject(given)) return refused("unreadable");
  const { metric, timestamp, value, tags } = given;
  if (typeof metric !== "string" || !isKnownMetric(metric)) return refused("unknown-metric");
  const part = partOf(metric);
  const named = nameOf(metric, tags);
  if (typeof named === "string") return refused(named, part);
  const host = named.ownerTag === "host" ? named.owner : undefined;
  const stamp = stampOf(timestamp);
  const amount = numberOf(value);
  const whyNot = whyNotTime(stamp, oldest, newest);
  if (stamp === undefined || whyNot !== undefined) {
    // Its time is none that a sample could begin at.
    return { why: whyNot ?? "bad-timestamp", host, part, stamp: undefined };
  }
  const why = whyNotValue(amount, metric.startsWith("proc."));
  if (amount === undefined || why !== undefined) {
    return { why: why ?? "not-a-number", host, part, stamp };
  }
  return { ...named, part: host === undefined ? undefined : part, stamp, value: amount };
}

export const isRefused = (point: ReadPoint | RefusedPoint): point is RefusedPoint => "why" in point;

const refused = (why: Refusal, part?: PostedPart): RefusedPoint => ({
  why,
  host: undefined,
  part,
  stamp: undefined,
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function nameOf(metric: string, tags: unknown): SeriesName | Refusal {
  if (!isObject(tags)) return "missing-tags";
  const keys = Object.keys(tags);
  if (keys.length === 0) return "missing-tags";
  if (keys.length > tagsMost) return "unknown-tag";
  const kept: Record<string, string> = {};
  for (const key of keys.length === 1 ? keys : keys.toSorted()) {
    const text = tags[key];
    if (!knownTags.has(key) || !isTagText(text)) return "unknown-tag";
    kept[key] = text;
  }
  const ownerTag: OwnerTag | undefined = ownerTags.find((tag) => kept[tag] !== undefined);
  if (ownerTag === undefined) return "missing-tags";
  let rest = "";
  for (const key in kept) if (key !== ownerTag) rest += `${key}=${kept[key]}\n`;
  return { metric, ownerTag, owner: kept[ownerTag] ?? "", rest, tags: kept };
}

const isTagText = (text: unknown): text is string =>
  typeof text === "string" && text.length > 0 && text.length <= textMost && !badText.test(text);

function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || value.length > 40 || !numberText.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Seconds since 1970, as a number or text, in seconds or milliseconds. */
function stampOf(value: unknown): number | undefined {
  const number = numberOf(value);
  if (number === undefined || number < 0) return undefined;
  return number >= millisecondsFrom ? number / 1000 : number;
}

function whyNotTime(
  stamp: number | undefined,
  oldest: number,
  newest: number,
): Refusal | undefined {
  if (stamp === undefined) return "bad-timestamp";
  if (stamp > newest) return "far-future";
  return stamp < oldest ? "too-old" : undefined;
}

function whyNotValue(value: number | undefined, isOfProcess: boolean): Refusal | undefined {
  if (value === undefined) return "not-a-number";
  return isOfProcess && (value < 0 || value > processValueMost) ? "out-of-range" : undefined;
}
