import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { limitsOf, readingWith, repeated, startWith } from "./peer-fixture.ts";
import { serverlessOriginalCpu, serverlessOriginalMem } from "./serverless-original.ts";

describe("the original framework on cpu", () => {
  const limits = (readings: Parameters<typeof limitsOf>[1], limit: number) =>
    limitsOf(serverlessOriginalCpu(), readings, { limit, min: 10, max: 400 });

  test("adds 75 shares at the second window over upper", () => {
    assert.deepEqual(limits(repeated(4, { used: 180 }), 200), [200, 275, 275, 275]);
    assert.deepEqual(limits(repeated(2, { used: 175 }), 200), [200, 200]);
  });

  test("never passes max, and a limit at max counts no more windows", () => {
    assert.deepEqual(limits(repeated(6, { used: 390 }), 390), [390, 400, 400, 400, 400, 400]);
  });

  test("fits the limit to the usage at the fifth window under lower", () => {
    // 60 + trunc(25 / 2) + 25
    assert.deepEqual(limits(repeated(5, { used: 60 }), 200), [200, 200, 200, 200, 97]);
  });

  test("does not shrink under min and two margins, and what is idle counts as nothing", () => {
    assert.equal(limits(repeated(5, { used: 1 }), 200).at(-1), 60);
    assert.equal(limits(repeated(9, { used: 0 }), 200).at(-1), 200);
  });

  test("one window over upper keeps it from shrinking until a minute has passed", () => {
    const readings = [{ used: 190 }, ...repeated(6, { used: 60 })];
    assert.deepEqual(limits(readings, 200), [200, 200, 200, 200, 200, 200, 97]);
  });

  test("more than two windows under lower keep it from growing", () => {
    const readings = [...repeated(3, { used: 60 }), { used: 190 }, { used: 190 }];
    assert.equal(limits(readings, 200).at(-1), 200);
  });

  test("a request takes the windows that made it: the next raise needs two more", () => {
    assert.deepEqual(limits(repeated(4, { used: 280 }), 200), [200, 275, 275, 350]);
  });

  test("a raise adds to what it asked for, also while readings are older than that", () => {
    const run = serverlessOriginalCpu().begin(startWith({ limit: 200 }));
    const late = [10, 20, 30, 40].map((seconds) =>
      run.step(readingWith({ seconds, used: 280, limit: 200 })),
    );
    assert.deepEqual(late, [undefined, { limit: 275 }, undefined, { limit: 350 }]);
  });
});

describe("the original framework on memory", () => {
  const limits = (readings: Parameters<typeof limitsOf>[1], limit: number) =>
    limitsOf(serverlessOriginalMem(), readings, { limit, min: 64, max: 4096 });

  test("adds 256 MiB at the second window over upper, a tenth of max under the limit", () => {
    assert.deepEqual(limits(repeated(2, { used: 600 }), 1000), [1000, 1256]);
    assert.deepEqual(limits(repeated(2, { used: 591 }), 1000), [1000, 1000]);
  });

  test("forgets a window over upper after two minutes", () => {
    const seen = limits([{ used: 1700 }, ...repeated(12, { used: 500 })], 2000);
    assert.deepEqual([seen[11], seen[12]], [2000, 1113]);
  });

  test("six windows under lower do not keep it from growing, seven do", () => {
    const after = (downs: number) =>
      limits([...repeated(downs, { used: 500 }), ...repeated(2, { used: 1700 })], 2000).at(-1);
    assert.deepEqual([6, 7].map(after), [2256, 2000]);
  });

  test("fits the limit to the usage at the eighth window under lower", () => {
    const seen = limits(repeated(8, { used: 500 }), 2000);
    // 500 + 204 + 409
    assert.deepEqual([seen[6], seen[7]], [2000, 1113]);
  });
});
