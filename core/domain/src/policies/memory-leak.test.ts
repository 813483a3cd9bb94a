import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { monotonicSeconds } from "../units/time.ts";
import { beginLeakWatch, type LeakWatch, withUse } from "./memory-leak.ts";

const hour = 3600;
const stepSeconds = 10;

/** What is known after so many hours of a use that is a function of time. */
function after(hours: number, usedMibAt: (seconds: number) => number): LeakWatch {
  let watch = beginLeakWatch(monotonicSeconds(0));
  for (let at = 0; at <= hours * hour; at += stepSeconds) {
    watch = withUse(watch, usedMibAt(at), monotonicSeconds(at));
  }
  return watch;
}

const leaking = (seconds: number): number => 100 + seconds / 60;
const sawTooth = (seconds: number): number => 100 + (seconds % hour) / 60;

describe("a leak", () => {
  test("is suspected after two hours and a half in which the least use always rose", () => {
    assert.equal(after(2.2, leaking).isSuspected, false);
    assert.equal(after(2.5, leaking).isSuspected, true);
  });

  test("is found under a load that swings", () => {
    assert.equal(after(3, (at) => leaking(at) + 20 * (at % 300 < 100 ? 1 : 0)).isSuspected, true);
  });

  for (const [what, usedMibAt] of [
    ["memory that is collected every hour", sawTooth],
    ["memory that stands still", () => 100],
    ["memory that fills once and stays", (at: number) => Math.min(leaking(at), 160)],
    ["less than a tenth in all", (at: number) => 1000 + at / 240],
  ] as const) {
    test(`is not suspected of ${what}`, () => {
      assert.equal(after(4, usedMibAt).isSuspected, false);
    });
  }

  test("is no longer suspected once it stops growing", () => {
    const stopped = (at: number): number => leaking(Math.min(at, 3 * hour));
    assert.equal(after(3, stopped).isSuspected, true);
    assert.equal(after(4, stopped).isSuspected, false);
  });
});
