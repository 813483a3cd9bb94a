/**
 * Asks a store that speaks PromQL. One query per resource tells of all containers at once: each series of
 * its answer is one container, which a label names. Two series of one container are none: which of them
 * is meant, or whether both, is not ours to guess.
 */
import type { Resource, Result } from "@sc/domain";
import type { UsageReader, UsageReaderAnswer, UsageReaderQuestion, UsageUnread } from "@sc/ports";
import { fieldsOf, parsedJson } from "../answer-json.ts";
import type { StorePlace } from "../ask-store.ts";
import { askUsage } from "../ask-usage.ts";

export interface PrometheusUsage {
  readonly queries: ReadonlyMap<Resource, string>;
  /** What names the container. */
  readonly label: string;
}

export class PrometheusUsageReader implements UsageReader {
  readonly resources: readonly Resource[];
  readonly #place: StorePlace;
  readonly #usage: PrometheusUsage;

  constructor(place: StorePlace, usage: PrometheusUsage) {
    this.#place = place;
    this.#usage = usage;
    this.resources = [...usage.queries.keys()];
  }

  read(
    { resource, to }: UsageReaderQuestion,
    signal: AbortSignal,
  ): Promise<Result<UsageReaderAnswer, UsageUnread>> {
    const query = this.#usage.queries.get(resource) ?? "";
    // VictoriaMetrics answers for half a minute ago unless it is told not to; Prometheus knows no such word.
    const question = new URLSearchParams({ query, time: to.toFixed(3), nocache: "1" });
    return askUsage(
      this.#place,
      {
        path: "/api/v1/query",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: question.toString(),
        read: (text) => usageInVector(text, this.#usage.label),
      },
      signal,
    );
  }
}

/** Of `{"status":"success","data":{"resultType":"vector","result":[…]}}`; anything else is no answer. */
export function usageInVector(text: string, label: string): UsageReaderAnswer | undefined {
  const answer = fieldsOf(parsedJson(text));
  const data = fieldsOf(answer.get("data"));
  const rows = data.get("result");
  if (answer.get("status") !== "success" || data.get("resultType") !== "vector") return undefined;
  if (!Array.isArray(rows)) return undefined;
  const used = new Map<string, number>();
  const spoiled = new Set<string>();
  let unusable = 0;
  for (const row of rows) {
    const fields = fieldsOf(row);
    const name = fieldsOf(fields.get("metric")).get(label);
    const value = amountIn(fields.get("value"));
    if (typeof name !== "string") unusable += 1;
    else if (value === undefined || used.has(name)) spoiled.add(name);
    else used.set(name, value);
  }
  for (const name of spoiled) used.delete(name);
  return { used, unusable: unusable + spoiled.size };
}

/** `[time, "value"]`, in which NaN and infinities are texts too. */
function amountIn(pair: unknown): number | undefined {
  const text: unknown = Array.isArray(pair) ? pair[1] : undefined;
  const value = typeof text === "string" && text.trim() !== "" ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}
