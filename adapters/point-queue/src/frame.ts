import { promisify } from "node:util";
import { crc32, gunzip, gzip } from "node:zlib";
import { type SeriesPoint, wallSeconds } from "@sc/domain";

/*
 * A frame is one batch of points in a file: a head of four numbers and the points as compressed JSON.
 * What a death cut off, or a disk turned, is told by its length and its checksum.
 *
 *   mark "SCP1" | bytes of the body | CRC-32 of the body | number of points | body
 */
const mark = 0x53_43_50_31;
export const headBytes = 16;
/** Several times what a full frame takes; a body that says more is none of ours. */
const bodyBytesMost = 16 * 1_048_576;
/** As many points are written, sent and lost together; compressed they are some 20 KB. */
export const framePointsMost = 2000;

export interface FrameHead {
  readonly bodyBytes: number;
  readonly checksum: number;
  readonly points: number;
}

const compress = promisify<Buffer, Buffer>(gzip);
const decompress = (body: Uint8Array): Promise<Buffer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  gunzip(body, { maxOutputLength: bodyBytesMost }, (error, text) =>
    error === null ? resolve(text) : reject(error),
  );
  return promise;
};

export async function frameOf(points: readonly SeriesPoint[]): Promise<Buffer> {
  const rows = points.map(({ metric, tags, stamp, value }) => [metric, stamp, value, tags]);
  const body = await compress(Buffer.from(JSON.stringify(rows)));
  const head = Buffer.alloc(headBytes);
  for (const [at, number] of [mark, body.length, crc32(body), points.length].entries()) {
    head.writeUInt32LE(number, at * 4);
  }
  return Buffer.concat([head, body]);
}

/** `undefined` = there is no whole frame at this place. */
export function headAt(bytes: Buffer, offset: number): FrameHead | undefined {
  if (offset + headBytes > bytes.length || bytes.readUInt32LE(offset) !== mark) return undefined;
  const bodyBytes = bytes.readUInt32LE(offset + 4);
  const points = bytes.readUInt32LE(offset + 12);
  if (bodyBytes > bodyBytesMost || points > framePointsMost) return undefined;
  return { bodyBytes, checksum: bytes.readUInt32LE(offset + 8), points };
}

/** `undefined` = it is not what was written. */
export async function pointsIn(
  { checksum, points }: FrameHead,
  body: Uint8Array,
): Promise<readonly SeriesPoint[] | undefined> {
  if (crc32(body) !== checksum) return undefined;
  let rows: unknown;
  try {
    rows = JSON.parse((await decompress(body)).toString("utf8"));
  } catch {
    // The checksum fits, so this was made on purpose; the caller tells of it.
    return undefined;
  }
  if (!Array.isArray(rows) || rows.length !== points) return undefined;
  const read = rows.flatMap((row) => pointOf(row) ?? []);
  return read.length === points ? read : undefined;
}

function pointOf(row: unknown): SeriesPoint | undefined {
  if (!Array.isArray(row)) return undefined;
  const [metric, stamp, value, tags]: readonly unknown[] = row;
  if (typeof metric !== "string" || typeof stamp !== "number" || typeof value !== "number") {
    return undefined;
  }
  if (typeof tags !== "object" || tags === null || Array.isArray(tags)) return undefined;
  const entries = Object.entries(tags).flatMap(([key, text]) =>
    typeof text === "string" ? [[key, text] as const] : [],
  );
  if (entries.length !== Object.keys(tags).length) return undefined;
  return { metric, tags: Object.fromEntries(entries), stamp: wallSeconds(stamp), value };
}
