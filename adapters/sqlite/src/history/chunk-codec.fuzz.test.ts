import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { usageColumns } from "@sc/domain";
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

/** Small enough a count to be believed, and then anything. */
const believable = fc
  .tuple(fc.integer({ min: 0, max: 0xffff }), fc.uint8Array({ maxLength: 400 }))
  .map(([count, rest]) => Uint8Array.of(0, count >>> 8, count & 255, ...rest));

describe("the decoder of chunks", () => {
  test("takes no garbage, and neither throws nor hangs", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        assert.equal(decodeChunk(bytes, 1).ok, false);
      }),
    );
  });

  test("notices every byte that was changed", () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const bytes = Uint8Array.from(good);
        bytes[place] = (bytes[place] ?? 0) ^ change;
        assert.equal(decodeChunk(bytes, 1).ok, false);
      }),
    );
  });

  test("ends also where no check sum keeps garbage out", () => {
    fc.assert(
      fc.property(fc.oneof(believable, fc.uint8Array({ maxLength: 300 })), (bytes) => {
        const decoded = decodeColumns(new BitReader(bytes), 1);
        if (decoded.ok) assert.ok(decoded.value.stamps.length <= 100_000);
      }),
      { numRuns: 300 },
    );
  });
});
