import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { SeriesPoint } from "@sc/domain";
import type { WriteAnswer } from "@sc/ports";
import { askStore, type StorePlace } from "./ask-store.ts";

/** How one kind of store takes points. */
export interface WriteFormat {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly body: (points: readonly SeriesPoint[]) => string;
  /** `undefined` = it is no answer of such a store. */
  readonly read: (answer: StoreReply, points: number) => WriteAnswer | undefined;
}

export interface StoreReply {
  readonly status: number;
  readonly text: string;
}

const compress = promisify<Buffer, Buffer<ArrayBuffer>>(gzip);
const answerBytesMost = 1_048_576;
const tooLarge = 413;

/** Sends points compressed; what is too much at once is sent in halves. */
export async function writePoints(
  place: StorePlace,
  format: WriteFormat,
  points: readonly SeriesPoint[],
  signal: AbortSignal,
): Promise<WriteAnswer> {
  const headers = { "content-type": format.contentType, "content-encoding": "gzip" };
  const body = await compress(Buffer.from(format.body(points)));
  const { path, query } = format;
  const question = { method: "POST", path, headers, body, bytesMost: answerBytesMost } as const;
  const answer = await askStore(place, { ...question, ...(query && { query }) }, signal);
  if (answer.kind === "silent") return { kind: "away", text: answer.text };
  if (answer.status === tooLarge && points.length > 1) {
    const middle = Math.ceil(points.length / 2);
    const first = await writePoints(place, format, points.slice(0, middle), signal);
    if (first.kind === "away") return first;
    return joined(first, await writePoints(place, format, points.slice(middle), signal));
  }
  const read = format.read(answer, points.length);
  return (
    read ?? { kind: "away", text: `it answered ${answer.status} ${shown(answer.text)}`.trim() }
  );
}

function joined(first: WriteAnswer, second: WriteAnswer): WriteAnswer {
  if (first.kind !== "refused") return second;
  if (second.kind !== "refused") return second.kind === "away" ? second : first;
  return { ...first, count: first.count + second.count };
}

const shownMost = 200;

/** Of what another program says one line is enough. */
export const shown = (text: string): string =>
  text.replaceAll(/\s+/g, " ").trim().slice(0, shownMost);
