import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { monotonicSeconds } from "../units/time.ts";
import { defaultBrakeSettings as settings } from "./brake-settings.ts";
import { beginBrakes, judgeShrink, recordShrink } from "./container-brakes.ts";

const max = 1000;
const slack = 0.02;
const anyStep = fc.record({
  waited: fc.double({ min: 0.1, max: 200, noNaN: true }),
  target: fc.double({ min: 1, max, noNaN: true }),
});

test("no sequence of wishes takes more at once, or in 10 min, than the brakes allow", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { minLength: 1, maxLength: 80 }), (steps) => {
      let brakes = beginBrakes(monotonicSeconds(0));
      let at = settings.learningSeconds;
      let limit = max;
      const history: { at: number; limit: number }[] = [];
      for (const { waited, target } of steps) {
        at += waited;
        const before = limit;
        if (target >= limit) {
          limit = target;
        } else {
          const wish = { at: monotonicSeconds(at), current: limit, target, max };
          const verdict = judgeShrink(brakes, settings, wish);
          if (verdict.kind === "held") continue;
          brakes = recordShrink(brakes, settings, { at: wish.at, from: limit });
          limit = verdict.limit;
          assert.ok(limit >= target, "a brake never takes more than was asked for");
        }
        assert.ok(limit >= before * 0.7 - slack, `${before} to ${limit} at once`);
        history.push({ at, limit: before });
        const recent = history.filter((entry) => at - entry.at <= settings.shrinkWindowSeconds);
        const highest = Math.max(...recent.map((entry) => entry.limit));
        assert.ok(limit >= highest * 0.5 - slack, `${highest} to ${limit} within the window`);
      }
    }),
  );
});

test("while learning nothing shrinks, whatever is asked for", () => {
  const anyTime = fc.double({ min: 0, max: settings.learningSeconds, maxExcluded: true });
  fc.assert(
    fc.property(fc.double({ min: 0, max: 500, noNaN: true }), anyTime, (target, at) => {
      fc.pre(!Number.isNaN(at));
      const wish = { at: monotonicSeconds(at), current: 600, target, max };
      const verdict = judgeShrink(beginBrakes(monotonicSeconds(0)), settings, wish);
      assert.equal(verdict.kind, "held");
    }),
  );
});
