import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CaptainRun, captain } from "./captain.ts";
import { limitsOf, readingWith, repeated, rounded, startWith } from "./peer-fixture.ts";

const quiet = (used: number) => ({ used });
const throttled = (used: number) => ({ used, throttledPeriods: 1 });

describe("Captain", () => {
  test("cuts to the highest usage of 5 s plus three deviations, but never by more than half", () => {
    // Of nine 300 and one 340: mean 304, deviation 12; the margin fell from 3 to 2.94.
    const readings = [...repeated(9, quiet(300)), quiet(340)];
    const limits = limitsOf(captain(), readings, { limit: 1000, max: 1600 });
    assert.deepEqual(
      limits.slice(0, 9),
      Array.from({ length: 9 }, () => 1000),
    );
    assert.equal(limits[9], 500);
    const near = limitsOf(captain(), readings, { limit: 500, max: 1600 });
    assert.deepEqual(rounded([near[9] ?? 0]), [340 + 2.94 * 12]);
  });

  test("leaves a limit that a cut would change by less than a tenth", () => {
    assert.deepEqual(limitsOf(captain(), repeated(10, quiet(361))).at(-1), 400);
    assert.deepEqual(limitsOf(captain(), repeated(10, quiet(359))).at(-1), 359);
  });

  test("a usage peak holds the limit for 5 s and no longer", () => {
    const readings = [quiet(300), ...repeated(59, quiet(100))];
    const limits = limitsOf(captain(), readings, { limit: 310 });
    assert.deepEqual([limits[48], limits[49]], [310, 310]);
    // At the first decision after it left the window all 50 samples are alike.
    assert.deepEqual([limits[58], limits[59]], [310, 155]);
  });

  test("grows by what the throttled share of a second is beyond three times the target", () => {
    const readings = [...repeated(5, throttled(100)), ...repeated(5, quiet(100))];
    const limits = limitsOf(captain(), readings, { limit: 100, max: 1600 });
    // No roll-back before: nothing was cut. 0.5 − 3 · 0.06 = 0.32.
    assert.deepEqual(rounded(limits), [...Array.from({ length: 9 }, () => 100), 132]);
  });

  test("rolls a cut back at once, by twice of what was cut", () => {
    const run = new CaptainRun(0.06, startWith({ limit: 300, max: 1600 }));
    const step = (reading: object) => run.step(readingWith(reading))?.limit;
    for (let at = 0; at < 9; at += 1) assert.equal(step(quiet(200)), undefined);
    assert.equal(step(quiet(200)), 200);
    assert.equal(run.margin.toFixed(2), "2.94");
    // One of ten periods is under 3 · 0.06, two are over it.
    assert.equal(step(throttled(200)), undefined);
    assert.equal(step(throttled(200)), 400);
    assert.equal(run.margin.toFixed(2), "3.08");
    assert.equal(step(throttled(200)), undefined, "what was rolled back is not rolled back again");
  });

  test("learns a margin from throttling and forgets it when there is none, down to nothing", () => {
    const run = new CaptainRun(0.06, startWith({ limit: 100, max: 1600 }));
    for (let at = 0; at < 10; at += 1) run.step(readingWith(throttled(100)));
    assert.equal(run.margin.toFixed(2), "3.94");
    for (let at = 0; at < 1000; at += 1) run.step(readingWith(quiet(100)));
    assert.equal(run.margin, 0);
  });

  test("another target has another name and another patience", () => {
    const readings = [...repeated(4, throttled(100)), ...repeated(6, quiet(100))];
    const last = (target: number) => limitsOf(captain(target), readings, { limit: 100 }).at(-1);
    assert.deepEqual([captain(0.15).name, captain().name], ["captain-0.15", "captain"]);
    assert.deepEqual([last(0.02)?.toFixed(1), last(0.15)], ["134.0", 100]);
  });
});
