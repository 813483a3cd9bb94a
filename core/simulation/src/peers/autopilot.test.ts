import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { autopilotCpu, autopilotMem, UsageWindows } from "./autopilot.ts";
import type { Peer } from "./peer.ts";
import { limitsOf, readingWith, repeated, startWith } from "./peer-fixture.ts";

/** The width of a bucket: 400 span four decades. */
const ratio = 10_000 ** (1 / 399);

function assertWithinBucket(actual: number, expected: number): void {
  assert.ok(
    actual >= expected * (1 - 1e-9) && actual < expected * ratio,
    `${actual}, not ${expected}`,
  );
}

function windowsOf(halfLifeSeconds: number, ...windows: readonly (readonly number[])[]) {
  const known = new UsageWindows(1000, halfLifeSeconds);
  for (const samples of windows) {
    for (const used of samples) known.add(used);
    known.close();
  }
  return known;
}

describe("Autopilot's windows", () => {
  test("a percentile is of the load: one sample of 900 weighs as nine of 100", () => {
    const known = windowsOf(3600, [...Array.from({ length: 9 }, () => 100), 900]);
    assertWithinBucket(known.percentile(0.49), 100);
    assertWithinBucket(known.percentile(0.52), 900);
  });

  test("a window of a half life ago weighs half", () => {
    // Half life 300 s: one window. Means 100 and 400, weights 1/2 and 1.
    const known = windowsOf(300, [100], [400]);
    assertWithinBucket(known.mean(), 300);
    // Loads 50 and 400.
    assertWithinBucket(known.percentile(0.1), 100);
    assertWithinBucket(known.percentile(0.13), 400);
  });

  test("the highest is of the last 288 windows", () => {
    const quiet = Array.from({ length: 287 }, () => [10]);
    assertWithinBucket(windowsOf(300, [500], ...quiet).highest(), 500);
    assertWithinBucket(windowsOf(300, [500], ...quiet, [10]).highest(), 10);
  });

  test("nothing seen is nothing, and more than max counts as max", () => {
    const none = windowsOf(300, []);
    assert.deepEqual([none.mean(), none.highest(), none.percentile(0.95)], [0, 0, 0]);
    assert.equal(windowsOf(300, [5000]).highest(), 1000);
  });
});

describe("Autopilot as a policy", () => {
  const start = { limit: 1000, min: 1, max: 1000 };

  test("moves when a window of 5 min is over, by 10 to 15 % over the statistic", () => {
    const limits = limitsOf(autopilotCpu(), repeated(300, { used: 200 }), start);
    assert.deepEqual([limits[0], limits[298]], [1000, 1000]);
    const edge = windowsOf(1, [200]).highest();
    assert.equal(limits[299]?.toFixed(6), (edge * (1.15 - 0.05 * (edge / 1000))).toFixed(6));
  });

  test("a batch job gets its mean, a serving one its 95th percentile", () => {
    const readings = [...repeated(270, { used: 100 }), ...repeated(30, { used: 500 })];
    const [serving = 0] = limitsOf(autopilotCpu("serving"), readings, start).slice(-1);
    const [batch = 0] = limitsOf(autopilotCpu("batch"), readings, start).slice(-1);
    assertWithinBucket(serving / (1.15 - 0.05 * 0.5), 500 * 0.999);
    assertWithinBucket(batch / (1.15 - 0.05 * 0.142), 140 * 0.999);
  });

  /** The limit after windows of one usage each. */
  function limitAfter(peer: Peer, windows: readonly (readonly [number, number])[]): number {
    const run = peer.begin(startWith(start));
    let { limit } = start;
    let seconds = 0;
    for (const [count, used] of windows) {
      for (let second = 0; second < 300 * count; second += 1) {
        seconds += 1;
        limit = run.step(readingWith({ seconds, used, limit }))?.limit ?? limit;
      }
    }
    return limit;
  }

  test("cpu of 12 h ago weighs half", () => {
    const limit = limitAfter(autopilotCpu("batch"), [
      [144, 100],
      [144, 300],
    ]);
    const [old, recent] = [100, 300].map((used) => windowsOf(1, [used]).highest());
    const mean = ((old ?? 0) / 2 + (recent ?? 0)) / 1.5;
    assert.equal(limit.toFixed(6), (mean * (1.15 - 0.05 * (mean / 1000))).toFixed(6));
  });

  test("memory of 48 h ago weighs half", () => {
    // Since then a load of about 41 600: two peaks of 800 are just under 2 %, three are not.
    const after = (peaks: number) =>
      limitAfter(autopilotMem(), [
        [peaks, 800],
        [576, 100],
      ]);
    assertWithinBucket(after(2) / (1.15 - 0.05 * 0.1), 100 * 0.998);
    assertWithinBucket(after(3) / (1.15 - 0.05 * 0.8), 800 * 0.998);
  });

  test("the highest recommendation of an hour holds", () => {
    const readings = [...repeated(300, { used: 400 }), ...repeated(300 * 60, { used: 10 })];
    const limits = limitsOf(autopilotCpu("batch"), readings, start);
    const [first = 0] = limits.slice(299, 300);
    assert.equal(limits[300 * 12 - 1], first);
    assert.ok((limits[300 * 13 - 1] ?? first) < first);
  });

  test("of memory only the window's peak counts, and a kill counts as the limit", () => {
    const peaks = [...repeated(299, { used: 100 }), { used: 300 }];
    const [low = 0] = limitsOf(autopilotMem("minimal"), peaks, start).slice(-1);
    assertWithinBucket(low / (1.15 - 0.05 * 0.3), 300 * 0.999);
    const killed = [...repeated(299, { used: 100 }), { used: 5, isKilled: true, limit: 600 }];
    const [after = 0] = limitsOf(autopilotMem(), killed, start).slice(-1);
    assertWithinBucket(after / (1.15 - 0.05 * 0.6), 600 * 0.998);
  });

  test("between the two tolerances it takes half the highest, or the 60th percentile", () => {
    const window = (used: number) => repeated(300, { used });
    const readings = [...window(800), ...Array.from({ length: 40 }, () => window(100)).flat()];
    const limits = limitsOf(autopilotMem("intermediate"), readings, start);
    const [last = 0] = limits.slice(-1);
    assertWithinBucket(last / (1.15 - 0.05 * 0.4), 400 * 0.998);
  });
});
