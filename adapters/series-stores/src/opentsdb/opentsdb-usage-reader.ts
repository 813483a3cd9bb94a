/**
 * Asks OpenTSDB as the published guardian does (sums over processes, means of 5 s), for all containers of
 * a resource at once. What a resource is the sum of must all be there: half of it is missing, not less.
 */
import type { Resource, Result } from "@sc/domain";
import type { UsageReader, UsageReaderAnswer, UsageReaderQuestion, UsageUnread } from "@sc/ports";
import { fieldsOf, parsedJson } from "../answer-json.ts";
import type { StorePlace } from "../ask-store.ts";
import { askUsage } from "../ask-usage.ts";

export interface OpentsdbUsage {
  /** The metrics whose sum is what is used. */
  readonly metrics: ReadonlyMap<Resource, readonly string[]>;
  /** The tag that names the container. */
  readonly tag: string;
}

export class OpentsdbUsageReader implements UsageReader {
  readonly resources: readonly Resource[];
  readonly #place: StorePlace;
  readonly #usage: OpentsdbUsage;

  constructor(place: StorePlace, usage: OpentsdbUsage) {
    this.#place = place;
    this.#usage = usage;
    this.resources = [...usage.metrics.keys()];
  }

  read(
    { resource, from, to }: UsageReaderQuestion,
    signal: AbortSignal,
  ): Promise<Result<UsageReaderAnswer, UsageUnread>> {
    const { tag } = this.#usage;
    const metrics = this.#usage.metrics.get(resource) ?? [];
    const queries = metrics.map((metric) => ({
      aggregator: "zimsum",
      metric,
      tags: { [tag]: "*" },
      downsample: "5s-avg",
    }));
    const question = { start: Math.trunc(from), end: Math.trunc(to), queries };
    return askUsage(
      this.#place,
      {
        path: "/api/query",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify(question),
        read: (text) => usageInSeries(text, { metrics, tag }),
      },
      signal,
    );
  }
}

interface Asked {
  readonly metrics: readonly string[];
  readonly tag: string;
}

/** Of a list of `{"metric":…,"tags":{…},"dps":{…}}`; anything else is no answer. */
export function usageInSeries(text: string, asked: Asked): UsageReaderAnswer | undefined {
  const rows = parsedJson(text);
  if (!Array.isArray(rows)) return undefined;
  const means = new Map<string, Map<string, number>>();
  const spoiled = new Set<string>();
  let unusable = 0;
  for (const row of rows) {
    const series = seriesIn(row, asked);
    if (series === undefined) unusable += 1;
    // A series without points says nothing.
    if (series === undefined || series.points.length === 0) continue;
    const { name, metric } = series;
    const mean = meanOf(series.points);
    const known = means.get(name) ?? new Map<string, number>();
    means.set(name, known);
    if (mean === undefined || known.has(metric)) spoiled.add(name);
    else known.set(metric, mean);
  }
  for (const name of spoiled) means.delete(name);
  return { used: wholeSums(means, new Set(asked.metrics).size), unusable: unusable + spoiled.size };
}

function wholeSums(
  means: ReadonlyMap<string, ReadonlyMap<string, number>>,
  parts: number,
): ReadonlyMap<string, number> {
  const used = new Map<string, number>();
  for (const [name, known] of means) {
    if (known.size < parts) continue;
    const sum = [...known.values()].reduce((all, mean) => all + mean, 0);
    used.set(name, sum);
  }
  return used;
}

function seriesIn(row: unknown, { metrics, tag }: Asked) {
  const fields = fieldsOf(row);
  const [name, metric] = [fieldsOf(fields.get("tags")).get(tag), fields.get("metric")];
  if (typeof name !== "string" || typeof metric !== "string") return undefined;
  if (!metrics.includes(metric)) return undefined;
  return { name, metric, points: [...fieldsOf(fields.get("dps")).values()] };
}

function meanOf(points: readonly unknown[]): number | undefined {
  let sum = 0;
  for (const point of points) {
    if (typeof point !== "number") return undefined;
    sum += point;
  }
  const mean = sum / points.length;
  return Number.isFinite(mean) ? mean : undefined;
}
