import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AgingClock } from "./aging-clock.ts";

const hour = 3_600_000;
const day = 24 * hour;
const year = 365 * day;

/** What it believes after readings every 10 s, asked every 10 minutes as the aging is. */
function run(clock: AgingClock, stretches: readonly (readonly [from: number, to: number])[]) {
  let known: number | undefined;
  for (const [from, to] of stretches) {
    for (let at = from; at <= to; at += 10_000) {
      clock.take(at);
      if (at % 600_000 === 0) known = Math.max(known ?? at, clock.believedMs(known));
    }
  }
  return known ?? Number.NaN;
}

describe("the time that history grows old by", () => {
  test("is that of the readings while they come one after another", () => {
    assert.equal(run(new AgingClock(), [[0, 3 * day]]), 3 * day);
  });

  test("begins with the first reading of a new history, whenever that is", () => {
    const clock = new AgingClock();
    clock.take(year);
    assert.equal(clock.believedMs(undefined), year);
  });

  test("believes an hour of a clock a year ahead as a few hours", () => {
    const believed = run(new AgingClock(), [
      [0, day],
      [year, year + hour],
    ]);
    assert.ok(believed > day && believed <= day + 5 * hour, `${(believed - day) / hour} h`);
  });

  test("believes nothing more of it because the server was started again", () => {
    let known = day;
    for (let restarts = 0; restarts < 100; restarts += 1) {
      const clock = new AgingClock();
      clock.take(year + restarts);
      known = clock.believedMs(known);
    }
    assert.equal(known, day);
  });

  test("catches up with readings after a gap, in a third of its length", () => {
    const month = 30 * day;
    assert.equal(
      run(new AgingClock(), [
        [0, day],
        [month, month + 10 * day],
      ]),
      month + 10 * day,
    );
  });

  test("goes with a clock that steps back, and on with it as it comes forward", () => {
    const clock = new AgingClock();
    const known = run(clock, [[0, 2 * day]]);
    clock.take(day);
    assert.equal(clock.believedMs(known), day);
    for (let at = day; at <= 3 * day; at += 10_000) clock.take(at);
    assert.equal(clock.believedMs(known), 3 * day);
  });
});
