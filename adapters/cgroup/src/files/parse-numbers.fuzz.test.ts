import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { parseInteger, parseKeyed, parseLimit, parseManyKeyed } from "./parse-numbers.ts";

/** The same from a string and a pattern: slow, and plain to see. */
function referenceInteger(text: string): number | undefined {
  const digits = /^-?[0-9]+/.exec(text)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

function referenceKeyed(text: string, key: string): number | undefined {
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${key} `));
  return line === undefined ? undefined : referenceInteger(line.slice(key.length + 1));
}

const anyBytes = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const likelyText = fc.string({
  unit: fc.constantFrom("a", "b", " ", "\n", "-", "0", "1", "9"),
  maxLength: 60,
});
const fuzzed = fc.oneof(
  anyBytes,
  likelyText.map((text) => Buffer.from(text)),
);

/** Digits are summed one by one, so long numbers differ in the last bits of a double. */
function assertClose(found: number | undefined, expected: number | undefined): void {
  if (found === undefined || expected === undefined || !Number.isFinite(expected)) {
    assert.equal(found, expected);
  } else {
    assert.ok(Math.abs(found - expected) <= Math.abs(expected) * 1e-12, `${found} ${expected}`);
  }
}

describe("parsers of the kernel's files", () => {
  test("agree with a slow one on the number a file begins with", () => {
    fc.assert(
      fc.property(fuzzed, fc.nat(210), (bytes, cut) => {
        const length = Math.min(cut, bytes.length);
        const expected = referenceInteger(bytes.toString("latin1", 0, length));
        assertClose(parseInteger(bytes, length), expected);
        const limit = parseLimit(bytes, length);
        if (expected !== undefined && expected > 2 ** 54) assert.equal(limit, null);
        if (expected === undefined) assert.equal(limit, undefined);
      }),
    );
  });

  test("agree with a slow one on the number behind a key", () => {
    const keys = fc.constantFrom("a", "ab", "b", "ba", "a-");
    fc.assert(
      fc.property(fuzzed, keys, fc.nat(210), (bytes, key, cut) => {
        const length = Math.min(cut, bytes.length);
        const expected = referenceKeyed(bytes.toString("latin1", 0, length), key);
        assertClose(parseKeyed(bytes, length, Buffer.from(key)), expected);
      }),
    );
  });

  test("find in one pass what they find one by one, where keys stand once", () => {
    const lines = fc.uniqueArray(fc.tuple(fc.constantFrom("a", "ab", "b", "ba", "c"), fc.nat()), {
      selector: ([key]) => key,
    });
    fc.assert(
      fc.property(lines, fc.nat(60), (made, cut) => {
        const bytes = Buffer.from(made.map(([key, number]) => `${key} ${number}\n`).join(""));
        const length = Math.min(cut, bytes.length);
        const keys = ["ab", "c", "a", "none"].map((key) => Buffer.from(key));
        const each = keys.map((key) => parseKeyed(bytes, length, key));
        assert.deepEqual(parseManyKeyed(bytes, length, keys), each);
      }),
    );
  });
});
