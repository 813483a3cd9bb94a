import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type AmountCase, type AmountJudgement, judgeAmount } from "./judge-amount.ts";

const base: AmountCase = {
  resource: "mem",
  target: 512,
  current: 1024,
  settings: { min: 64, max: 2048 },
  free: 4096,
  isHostPressed: false,
  floor: 300,
};

const judge = (changed: Partial<AmountCase>) => judgeAmount({ ...base, ...changed });
const written = (judged: AmountJudgement) =>
  judged.kind === "write" ? [judged.amount, judged.isShrink, judged.cut?.code] : judged.reason.code;

describe("a memory order", () => {
  const rows: readonly {
    readonly title: string;
    readonly changed: Partial<AmountCase>;
    readonly expected: unknown;
  }[] = [
    { title: "that fits is taken as it is", changed: {}, expected: [512, true, undefined] },
    {
      title: "below what is in use stops there",
      changed: { target: 200 },
      expected: [300, true, "memory-in-use"],
    },
    {
      title: "that could only end where the limit is already is refused",
      changed: { target: 200, floor: 1024 },
      expected: "memory-in-use",
    },
    {
      title: "whose in use is above the owner's max is refused: nothing is written above it",
      changed: { target: 200, floor: 2100, current: 3000 },
      expected: "memory-in-use",
    },
    {
      title: "for a container without a limit begins at max",
      changed: { target: null, current: null },
      expected: [2048, true, undefined],
    },
    {
      title: "under pressure does not grow",
      changed: { target: 1500, isHostPressed: true },
      expected: "host-pressure",
    },
    {
      title: "under pressure grows all the same to prevent a kill",
      changed: { target: 1500, isHostPressed: true, floor: 1030 },
      expected: [1500, false, undefined],
    },
    {
      title: "to prevent a kill does not take what the host has not",
      changed: { target: 1500, isHostPressed: true, floor: 1030, free: 1024 },
      expected: "host-full",
    },
    {
      title: "grows as far as the host has room",
      changed: { target: 1500, free: 1200 },
      expected: [1200, false, "cut-to-host"],
    },
  ];
  for (const { title, changed, expected } of rows) {
    test(title, () => assert.deepEqual(written(judge(changed)), expected));
  }

  test("says in words what is in use", () => {
    const judged = judge({ floor: 1100 });
    assert.equal(
      judged.kind === "refuse" ? judged.reason.text : "",
      "1100 MiB are in use, margin included",
    );
  });
});

test("what is written is never under what is in use but for the owner's max or a growth", () => {
  const amount = fc.double({ min: 0, max: 4000, noNaN: true });
  const anyCase = fc.record({
    resource: fc.constant("mem" as const),
    target: fc.option(amount),
    current: fc.option(amount),
    band: fc.tuple(fc.double({ min: 1, max: 800, noNaN: true }), amount),
    free: fc.double({ min: -500, max: 4000, noNaN: true }),
    isHostPressed: fc.boolean(),
    floor: amount,
  });
  fc.assert(
    fc.property(anyCase, ({ band: [min, width], ...rest }) => {
      const settings = { min, max: min + width };
      const judged = judgeAmount({ ...rest, settings });
      if (judged.kind === "refuse") return;
      const isGrowth = rest.current !== null && judged.amount > rest.current;
      assert.ok(isGrowth || judged.amount >= rest.floor);
      assert.ok(judged.amount <= settings.max);
      if (isGrowth) assert.ok(judged.amount <= rest.free);
    }),
    { numRuns: 2000 },
  );
});
