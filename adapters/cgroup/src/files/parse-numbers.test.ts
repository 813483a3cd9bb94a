import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseInteger, parseKeyed, parseLimit, parseNumbers } from "./parse-numbers.ts";

const withBytes = <T>(text: string, parse: (bytes: Buffer, length: number) => T): T => {
  const bytes = Buffer.from(text);
  return parse(bytes, bytes.length);
};

describe("parseInteger", () => {
  const texts: readonly (readonly [string, number | undefined])[] = [
    ["0\n", 0],
    ["-1\n", -1],
    ["100000", 100_000],
    ["50000 100000\n", 50_000],
    ["9007199254740991\n", Number.MAX_SAFE_INTEGER],
    ["", undefined],
    ["\n", undefined],
    ["-", undefined],
    ["--1", undefined],
    ["max\n", undefined],
    [" 1", undefined],
  ];
  for (const [text, number] of texts) {
    test(`${JSON.stringify(text)} begins with ${number ?? "no number"}`, () => {
      assert.equal(withBytes(text, parseInteger), number);
    });
  }

  test("does not read past the length: there lies what an earlier read left", () => {
    assert.equal(parseInteger(Buffer.from("12345"), 2), 12);
    assert.equal(parseInteger(Buffer.from("12345"), 0), undefined);
    assert.equal(parseInteger(Buffer.from("-5"), 1), undefined);
  });
});

describe("parseLimit", () => {
  test("takes the kernel's largest number of pages for no limit", () => {
    assert.equal(withBytes("9223372036854771712\n", parseLimit), null);
    assert.equal(withBytes("134217728\n", parseLimit), 134_217_728);
    assert.equal(withBytes("max\n", parseLimit), null);
    assert.equal(withBytes("nothing", parseLimit), undefined);
  });
});

describe("parseKeyed", () => {
  const stat = "cache 5\nrss 7\nrss_huge 8\ntotal_rss 9\nlast 10";
  const keys: readonly (readonly [string, number | undefined])[] = [
    ["cache", 5],
    ["rss", 7],
    ["total_rss", 9],
    ["last", 10],
    ["rss_hug", undefined],
    ["huge", undefined],
    ["none", undefined],
  ];
  for (const [key, number] of keys) {
    test(`finds ${number ?? "nothing"} under ${key}`, () => {
      const found = withBytes(stat, (bytes, length) => parseKeyed(bytes, length, Buffer.from(key)));
      assert.equal(found, number);
    });
  }

  test("does not find a key that lies past the length", () => {
    const bytes = Buffer.from("cache 5\nrss 7\n");
    assert.equal(parseKeyed(bytes, 8, Buffer.from("rss")), undefined);
    assert.equal(parseKeyed(bytes, 5, Buffer.from("cache")), undefined);
  });
});

describe("parseNumbers", () => {
  const texts: readonly (readonly [string, readonly number[] | undefined])[] = [
    ["50000 100000\n", [50_000, 100_000]],
    ["max 100000\n", [-1, 100_000]],
    ["-1\n", [-1]],
    ["7\n8\n", [7]],
    ["max", [-1]],
    ["maximum\n", undefined],
    ["5 lots\n", undefined],
    ["5x\n", undefined],
    ["", undefined],
    ["\n", undefined],
  ];
  for (const [text, numbers] of texts) {
    test(`${JSON.stringify(text)} holds ${numbers?.join(", ") ?? "no numbers"}`, () => {
      assert.deepEqual(withBytes(text, parseNumbers), numbers);
    });
  }

  test("does not read past the length", () => {
    assert.deepEqual(parseNumbers(Buffer.from("12345"), 2), [12]);
    assert.equal(parseNumbers(Buffer.from("max"), 2), undefined);
  });
});
