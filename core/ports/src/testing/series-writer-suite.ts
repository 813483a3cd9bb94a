import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { type SeriesPoint, wallSeconds } from "@sc/domain";
import type { SeriesWriter } from "../series-writer.ts";
import { seriesPoint } from "./point-queue-suite.ts";

export interface SeriesWriterHarness {
  readonly writer: SeriesWriter;
  /** How many points the store has, and the sum of their values. */
  stored(): Promise<{ readonly count: number; readonly sum: number }>;
  /** From now on nobody answers. */
  vanish(): Promise<void>;
  close(): Promise<void>;
}

const never = new AbortController().signal;
const hundred: readonly SeriesPoint[] = Array.from({ length: 100 }, (_, at) =>
  seriesPoint(at, at % 2 === 0 ? "web" : "db"),
);
const sumOfHundred = hundred.reduce((all, { value }) => all + value, 0);

/** The promise of `SeriesWriter`: what is taken is there, once, however often it is sent. */
export function seriesWriterSuite(name: string, make: () => Promise<SeriesWriterHarness>): void {
  describe(`${name} as writer of series`, () => {
    let harness: SeriesWriterHarness;
    beforeEach(async () => {
      harness = await make();
    });
    afterEach(() => harness.close());

    test("points that are taken are in the store", async () => {
      const { writer, stored } = harness;
      assert.deepEqual(await writer.write(hundred, never), { kind: "taken" });
      assert.deepEqual(await stored(), { count: 100, sum: sumOfHundred });
    });

    test("points that are sent again are there once", async () => {
      const { writer, stored } = harness;
      for (let round = 0; round < 3; round += 1) await writer.write(hundred, never);
      assert.deepEqual(await stored(), { count: 100, sum: sumOfHundred });
    });

    test("names that differ in any character are different series", async () => {
      const { writer, stored } = harness;
      const names = ["a", "a.b", "a@b", "a:b", "a+b", "a\\b", "a-b", "a_b", "__proto__"];
      const points = names.map((each) => seriesPoint(4, each));
      assert.deepEqual(await writer.write(points, never), { kind: "taken" });
      assert.equal((await stored()).count, names.length);
    });

    test("a value is kept as it is, small, large and below zero", async () => {
      const { writer, stored } = harness;
      const values = [0, -3.25, 123_456_789.5];
      const points = values.map((value, at) => ({
        ...seriesPoint(at),
        stamp: wallSeconds(1_700_000_000 + at),
        value,
      }));
      assert.deepEqual(await writer.write(points, never), { kind: "taken" });
      assert.deepEqual(await stored(), { count: 3, sum: 123_456_786.25 });
    });

    test("a store that may be asked says which points it does not have", async () => {
      const { writer } = harness;
      // To others writing twice is as good as once.
      if (writer.absent === undefined) return;
      const absent = writer.absent.bind(writer);
      assert.deepEqual(await absent(hundred, never), hundred);
      const half = hundred.filter((_, at) => at % 3 > 0);
      await writer.write(half, never);
      // A store may need a second until it tells.
      let missing = await absent(hundred, never);
      while (missing?.length === 100) missing = await absent(hundred, never);
      assert.deepEqual(
        missing,
        hundred.filter((_, at) => at % 3 === 0),
      );
      await harness.vanish();
      assert.equal(await absent(hundred, never), undefined);
    });

    test("what is called off is not taken", async () => {
      const { writer } = harness;
      assert.equal((await writer.write(hundred, AbortSignal.abort())).kind, "away");
    });

    test("a store that is gone is away, and nothing throws", async () => {
      const { writer, vanish } = harness;
      await vanish();
      const answer = await writer.write(hundred, never);
      assert.equal(answer.kind, "away");
    });
  });
}
