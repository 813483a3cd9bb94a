import assert from "node:assert/strict";
import { fuzzTarget } from "@sc/domain/testing";
import { seriesPoint } from "@sc/ports/testing";
import fc from "fast-check";
import { frameOf, headAt, headBytes, pointsIn } from "./frame.ts";

const frame = await frameOf([seriesPoint(0), seriesPoint(1, "db")]);
const turned = fc
  .array(fc.tuple(fc.nat(frame.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
  .map((changes) => {
    const bytes = Buffer.from(frame);
    for (const [at, value] of changes) bytes[at] = value;
    return bytes;
  });
const bytes = fc.oneof(
  turned,
  fc.nat(frame.length).map((length) => frame.subarray(0, length)),
  fc.uint8Array({ maxLength: 200 }).map((values) => Buffer.from(values)),
);

export const targets = [
  // What is taken for a frame has as many points as its head says, each of them whole.
  fuzzTarget("point-frames", bytes, async (input) => {
    const head = headAt(input, 0);
    if (head === undefined) return;
    const read = await pointsIn(head, input.subarray(headBytes, headBytes + head.bodyBytes));
    if (read === undefined) return;
    assert.equal(read.length, head.points);
    for (const { metric, stamp, value } of read) {
      assert.deepEqual([typeof metric, typeof stamp, typeof value], ["string", "number", "number"]);
    }
  }),
];
