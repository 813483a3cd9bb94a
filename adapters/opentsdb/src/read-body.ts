import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Turns } from "./turns.ts";

/** A sender's buffer has 1 000 points, 140 KB; a hundred times that is no batch of points. */
const bodyBytesMost = 16 * 1_048_576;
const pieceBytes = 64 * 1024;

/**
 * Hands a body to `take` as it comes, unpacked, piece by piece; nothing of it is kept. Ends early when
 * `take` wants no more. Answers why it was not read to its end, if that is the body's fault.
 */
export async function readBody(
  request: IncomingMessage,
  turns: Turns,
  take: (piece: Buffer) => boolean,
): Promise<string | undefined> {
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding !== "gzip" && encoding !== "identity") {
    return `the body is encoded as ${encoding}; gzip and identity are understood`;
  }
  const source = encoding === "gzip" ? unpacked(request) : request;
  try {
    return await takeAll(source, turns, take);
  } catch (error) {
    return `the body cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    if (source !== request) {
      request.unpipe();
      source.destroy();
    }
    // What is left of it goes by, so that the sender reads our answer.
    request.resume();
  }
}

async function takeAll(
  source: Readable,
  turns: Turns,
  take: (piece: Buffer) => boolean,
): Promise<string | undefined> {
  let bytes = 0;
  for await (const piece of source.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(piece)) continue;
    bytes += piece.length;
    if (bytes > bodyBytesMost) return `the body has more than ${bodyBytesMost} bytes`;
    await turns.next();
    if (!take(piece)) return undefined;
  }
  return undefined;
}

function unpacked(request: IncomingMessage) {
  const gunzip = createGunzip({ chunkSize: pieceBytes });
  request.once("close", () => {
    if (!request.complete) gunzip.destroy(new Error("the sender hung up"));
  });
  return request.pipe(gunzip);
}
