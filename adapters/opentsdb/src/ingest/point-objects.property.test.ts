import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { anyText } from "@sc/domain/testing";
import fc from "fast-check";
import { PointObjects } from "./point-objects.ts";

const anyPoint = fc.record({
  metric: anyText,
  timestamp: fc.oneof(fc.integer(), anyText),
  value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), anyText),
  tags: fc.dictionary(anyText, anyText, { maxKeys: 3 }),
});

function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length];
  let begin = 0;
  return ends
    .toSorted((a, b) => a - b)
    .map((end) => {
      const piece = bytes.subarray(begin, end);
      begin = end;
      return piece;
    });
}

function read(pieces: readonly Buffer[]) {
  const objects = new PointObjects();
  const values = pieces.flatMap((piece) => objects.feed(piece));
  objects.end();
  return { values, fault: objects.fault };
}

describe("the points of a body", () => {
  test("are those of the list, wherever it is cut on its way", () => {
    fc.assert(
      fc.property(
        fc.array(anyPoint, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        fc.constantFrom(undefined, 1),
        (points, places, indent) => {
          const text = JSON.stringify(points, undefined, indent);
          const { values, fault } = read(cut(Buffer.from(text), places));
          assert.equal(fault, undefined);
          assert.deepEqual(values, JSON.parse(text));
        },
      ),
    );
  });

  test("may be one alone, and none at all", () => {
    assert.deepEqual(read([Buffer.from(' {"value": 1}\n')]), {
      values: [{ value: 1 }],
      fault: undefined,
    });
    assert.deepEqual(read([Buffer.from("[]")]), { values: [], fault: undefined });
  });

  test("are kept beside one that cannot be read", () => {
    const text = '[{"value": 1}, {"value": NaN}, {"value": 3}]';
    const { values, fault } = read([Buffer.from(text)]);
    assert.deepEqual(values, [{ value: 1 }, undefined, { value: 3 }]);
    assert.equal(fault, undefined);
  });

  const faults: readonly (readonly [what: string, body: string, before: number])[] = [
    ["zeros", "\0\0\0\0", 0],
    ["nothing", "", 0],
    ["a number", "5", 0],
    ["a list of numbers", "[5]", 0],
    ["two lists", '[{"a":1}][{"b":1}]', 1],
    ["no comma", '[{"a":1}{"b":1}]', 1],
    ["a comma too many", '[{"a":1},]', 1],
    ["no end", '[{"a":1},{"b":', 1],
    ["a point as large as a body", `[{"a":1},{"a":"${"x".repeat(5000)}"}]`.slice(0, 4900), 1],
  ];
  for (const [what, body, before] of faults) {
    test(`end at ${what}; those before it stand`, () => {
      const { values, fault } = read([Buffer.from(body)]);
      assert.ok(fault);
      assert.equal(values.length, before);
    });
  }
});
