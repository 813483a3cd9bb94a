import type { SeriesPoint } from "@sc/domain";
import { fieldsOf, parsedJson } from "../answer-json.ts";
import { askStore, type StorePlace } from "../ask-store.ts";

/** What all series of a large host have at one time, several times over. */
const answerBytesMost = 64 * 1_048_576;

/** Which of these VictoriaMetrics does not have; `undefined` = it does not say. */
export async function absentPoints(
  place: StorePlace,
  points: readonly SeriesPoint[],
  signal: AbortSignal,
): Promise<readonly SeriesPoint[] | undefined> {
  if (points.length === 0) return [];
  const stamps = points.map(({ stamp }) => stamp);
  const names = [...new Set(points.map(({ metric }) => metric))];
  const pattern = names.map((name) => name.replaceAll(/[^\w]/g, "\\$&")).join("|");
  const question = new URLSearchParams({
    "match[]": `{__name__=~${JSON.stringify(pattern)}}`,
    start: String(Math.floor(Math.min(...stamps))),
    end: String(Math.ceil(Math.max(...stamps))),
  });
  const answer = await askStore(
    place,
    {
      method: "POST",
      path: "/api/v1/export",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new TextEncoder().encode(question.toString()),
      bytesMost: answerBytesMost,
    },
    signal,
  );
  if (answer.kind === "silent" || answer.status !== 200) return undefined;
  const present = keysIn(answer.text);
  return present && points.filter((point) => !present.has(keyOf(point)));
}

const keyOf = ({ metric, tags, stamp }: SeriesPoint): string =>
  keyOfSeries({ __name__: metric, ...tags }, Math.round(stamp * 1000));

const keyOfSeries = (labels: object, stampMs: number): string =>
  JSON.stringify([stampMs, ...Object.entries(labels).toSorted(byName)]);

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : 1;

/** Lines of `{"metric":{…},"values":[…],"timestamps":[…]}`; anything else is no answer. */
export function keysIn(text: string): ReadonlySet<string> | undefined {
  const keys = new Set<string>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const row = rowIn(line);
    if (row === undefined) return undefined;
    for (const stampMs of row.stampsMs) keys.add(keyOfSeries(row.labels, stampMs));
  }
  return keys;
}

function rowIn(line: string) {
  const fields = fieldsOf(parsedJson(line));
  const [labels, stamps] = [fields.get("metric"), fields.get("timestamps")];
  if (typeof labels !== "object" || labels === null || !Array.isArray(stamps)) return undefined;
  const stampsMs = stamps.filter((stamp) => typeof stamp === "number");
  return stampsMs.length === stamps.length ? { labels, stampsMs } : undefined;
}
