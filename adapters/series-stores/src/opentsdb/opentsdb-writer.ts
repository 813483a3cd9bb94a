import type { SeriesPoint } from "@sc/domain";
import type { SeriesWriter, WriteAnswer } from "@sc/ports";
import { fieldsOf, parsedJson } from "../answer-json.ts";
import type { StorePlace } from "../ask-store.ts";
import { type StoreReply, shown, type WriteFormat, writePoints } from "../write-points.ts";

/** Writes to the `/api/put` of OpenTSDB, or of whatever takes the same. */
export class OpentsdbWriter implements SeriesWriter {
  readonly #place: StorePlace;

  constructor(place: StorePlace) {
    this.#place = place;
  }

  write(points: readonly SeriesPoint[], signal: AbortSignal): Promise<WriteAnswer> {
    return writePoints(this.#place, format, points, signal);
  }
}

const format: WriteFormat = {
  path: "/api/put",
  query: { details: "" },
  contentType: "application/json",
  body: (points) =>
    JSON.stringify(
      points.map(({ metric, tags, stamp, value }) => ({
        metric: opentsdbWord(metric),
        timestamp: Math.trunc(stamp),
        value,
        tags: Object.fromEntries(
          Object.entries(tags).map(([key, text]) => [opentsdbWord(key), opentsdbWord(text)]),
        ),
      })),
    ),
  read: readPutAnswer,
};

/**
 * OpenTSDB takes letters, digits and `- _ . /`; a point with anything else is refused. Other characters
 * are written as `_x40_`, and so is a `_` that would look like the start of one: two names stay two.
 */
export const opentsdbWord = (text: string): string =>
  text.replaceAll(
    /[^\p{L}\d\-_./]|_(?=x[\da-f]+_)/gu,
    (other) => `_x${(other.codePointAt(0) ?? 0).toString(16)}_`,
  );

export function readPutAnswer(
  { status, text }: StoreReply,
  points: number,
): WriteAnswer | undefined {
  if (status === 204) return { kind: "taken" };
  const isAnswer = (status >= 200 && status < 300) || status === 400;
  if (!isAnswer) return undefined;
  const said = fieldsOf(parsedJson(text));
  const [failed, success] = [said.get("failed"), said.get("success")];
  if (isCount(failed) && isCount(success) && failed + success === points) {
    if (failed === 0) return { kind: "taken" };
    return { kind: "refused", count: failed, text: firstError(said.get("errors")) };
  }
  // Without details nothing of it was taken.
  const message = fieldsOf(said.get("error")).get("message");
  if (status !== 400 || typeof message !== "string") return undefined;
  return { kind: "refused", count: points, text: shown(message) };
}

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0;

function firstError(errors: unknown): string {
  const error = Array.isArray(errors) ? fieldsOf(errors[0]).get("error") : undefined;
  return typeof error === "string" ? shown(error) : "it does not say why";
}
