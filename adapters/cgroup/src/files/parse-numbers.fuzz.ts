import assert from "node:assert/strict";
import { fuzzTarget } from "@sc/domain/testing";
import fc from "fast-check";
import { parseInteger, parseKeyed, parseLimit, parseManyKeyed } from "./parse-numbers.ts";

/** The same from a string and a pattern: slow, and plain to see. */
function referenceInteger(text: string): number | undefined {
  const digits = /^-?[0-9]+/.exec(text)?.[0];
  return Number.isFinite(Number(digits)) ? Number(digits) : undefined;
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
/** More digits than any double has. */
const longNumber = fc.string({ unit: fc.constantFrom("0", "9"), maxLength: 500 });
const bytesOfFile = fc.oneof(
  anyBytes,
  fc.oneof(likelyText, longNumber).map((text) => Buffer.from(text)),
);
const cutFile = fc
  .tuple(bytesOfFile, fc.nat(510))
  .map(([bytes, cut]) => ({ bytes, length: Math.min(cut, bytes.length) }));
const keys = fc.constantFrom("a", "ab", "b", "ba", "a-");
/** Each key once, as the kernel prints them. */
const keyedFile = fc
  .uniqueArray(fc.tuple(fc.constantFrom("a", "ab", "b", "ba", "c"), fc.nat()), {
    selector: ([key]) => key,
  })
  .map((lines) => Buffer.from(lines.map(([key, number]) => `${key} ${number}\n`).join("")));

/** Digits are summed one by one, so long numbers differ in the last bits of a double. */
function assertClose(found: number | undefined, expected: number | undefined): void {
  if (found === undefined || expected === undefined) {
    assert.equal(found, expected);
  } else {
    assert.ok(Math.abs(found - expected) <= Math.abs(expected) * 1e-12, `${found} ${expected}`);
  }
}

export const targets = [
  // The number a file begins with, and the kernel's "no limit".
  fuzzTarget("kernel-numbers", cutFile, ({ bytes, length }) => {
    const expected = referenceInteger(bytes.toString("latin1", 0, length));
    assertClose(parseInteger(bytes, length), expected);
    const limit = parseLimit(bytes, length);
    if (expected !== undefined && expected > 2 ** 54) assert.equal(limit, null);
    if (expected === undefined) assert.equal(limit, undefined);
  }),
  fuzzTarget("kernel-keyed-numbers", fc.tuple(cutFile, keys), ([{ bytes, length }, key]) => {
    const expected = referenceKeyed(bytes.toString("latin1", 0, length), key);
    assertClose(parseKeyed(bytes, length, Buffer.from(key)), expected);
  }),
  // In one pass what is found one by one, where keys stand once.
  fuzzTarget("kernel-many-keyed-numbers", fc.tuple(keyedFile, fc.nat(60)), ([bytes, cut]) => {
    const length = Math.min(cut, bytes.length);
    const wanted = ["ab", "c", "a", "none"].map((key) => Buffer.from(key));
    const each = wanted.map((key) => parseKeyed(bytes, length, key));
    assert.deepEqual(parseManyKeyed(bytes, length, wanted), each);
  }),
];
