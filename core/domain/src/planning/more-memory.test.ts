import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { idFor, nameFor, settingsFor } from "../testing/index.ts";
import { monotonicSeconds, wallSeconds } from "../units/time.ts";
import { requestMoreMemory } from "./more-memory.ts";

const requested = (
  limitMib: number | null | undefined,
  settings: Parameters<typeof settingsFor>[0] = {},
) =>
  requestMoreMemory({
    structure: nameFor("web"),
    id: idFor("web"),
    at: monotonicSeconds(1),
    stamp: wallSeconds(1),
    limitMib,
    settings: settingsFor({ max: 8192, ...settings }),
  });

describe("more memory for tasks that wait for it", () => {
  const steps = [
    { limit: 128, amount: 64 },
    { limit: 512, amount: 128 },
    { limit: 4096, amount: 1024 },
    { limit: 8000, amount: 192 },
  ];
  for (const { limit, amount } of steps) {
    test(`is ${amount} MiB at a limit of ${limit}, with max 8192`, () => {
      const request = requested(limit);
      assert.deepEqual([request?.from, request?.amount], [limit, amount]);
      assert.equal(request?.reason.code, "waits-for-memory");
    });
  }

  test("is not asked for at max, without a limit, or in observe", () => {
    assert.equal(requested(8192), undefined);
    assert.equal(requested(null), undefined);
    assert.equal(requested(undefined), undefined);
    assert.equal(requested(128, { mode: "observe" }), undefined);
  });

  test("is only recommended in recommend", () => {
    assert.equal(requested(128, { mode: "recommend" })?.isRecommendation, true);
  });
});
