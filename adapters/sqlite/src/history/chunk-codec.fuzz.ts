import assert from "node:assert/strict";
import { usageColumns } from "@sc/domain";
import { fuzzTarget } from "@sc/domain/testing";
import fc from "fast-check";
import { BitReader } from "./bit-stream.ts";
import { decodeChunk, decodeColumns, encodeChunk } from "./chunk-codec.ts";

const good = encodeChunk({
  resolutionSeconds: 1,
  stamps: Float64Array.from({ length: 60 }, (_, index) => 1_790_000_000 + index),
  columns: usageColumns((_, column) =>
    Float64Array.from({ length: 60 }, (__, index) => index * column + 0.25),
  ),
});
const resolution = fc.constantFrom(1, 10, 60);
const anyBytes = fc.uint8Array({ maxLength: 300 });

/** A good one in which a byte is another. */
const spoiledChunk = fc
  .tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }))
  .map(([place, change]) => {
    const bytes = Uint8Array.from(good);
    bytes[place] = (bytes[place] ?? 0) ^ change;
    return bytes;
  });
const cutChunk = fc.nat(good.length - 1).map((length) => good.slice(0, length));
/** Small enough a count to be believed, and then anything. */
const believable = fc
  .tuple(fc.integer({ min: 0, max: 0xffff }), fc.uint8Array({ maxLength: 400 }))
  .map(([count, rest]) => Uint8Array.of(0, count >>> 8, count & 255, ...rest));

export const targets = [
  // The check sum keeps out what another program, or a bad disk, made of it.
  fuzzTarget(
    "history-chunks",
    fc.tuple(fc.oneof(anyBytes, spoiledChunk, cutChunk), resolution),
    ([bytes, seconds]) => assert.equal(decodeChunk(bytes, seconds).ok, false),
  ),
  // And where it does not, decoding ends.
  fuzzTarget(
    "history-columns",
    fc.tuple(fc.oneof(believable, anyBytes), resolution),
    ([bytes, seconds]) => {
      const decoded = decodeColumns(new BitReader(bytes), seconds);
      if (decoded.ok) assert.ok(decoded.value.stamps.length <= 100_000);
    },
  ),
];
