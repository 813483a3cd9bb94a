import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { monotonicSeconds } from "../units/time.ts";
import { defaultBrakeSettings as settings } from "./brake-settings.ts";
import {
  beginBrakes,
  type ContainerBrakes,
  describeBrakes,
  forgetShrinks,
  holdAfter,
  judgeShrink,
  recordApplied,
  recordGrowth,
  recordHandOver,
  recordRefusal,
  recordShrink,
} from "./container-brakes.ts";

const seconds = monotonicSeconds;
const learned = beginBrakes(seconds(0));

const judge = (
  brakes: ContainerBrakes,
  wish: { at?: number; current?: number; target: number; max?: number },
) => {
  const { at = 1000, current = 200, target, max = 400 } = wish;
  return judgeShrink(brakes, settings, { at: seconds(at), current, target, max });
};

describe("learning", () => {
  test("nothing shrinks before 300 s", () => {
    const verdict = judge(learned, { at: 299, target: 190 });
    assert.ok(verdict.kind === "held");
    assert.equal(verdict.reason.code, "learning");
    assert.match(verdict.reason.text, /watched for 299 of 300 s/);
  });

  test("at 300 s it is over", () => {
    assert.equal(judge(learned, { at: 300, target: 190 }).kind, "allowed");
  });

  test("a limit above the owner's max comes down to it even while learning, and no further", () => {
    const verdict = judge(learned, { at: 10, current: 200, target: 50, max: 80 });
    assert.ok(verdict.kind === "allowed");
    assert.equal(verdict.limit, 80);
  });
});

describe("another policy in charge", () => {
  const handedOver = recordHandOver(learned, seconds(1000));

  test("shrinks by half of what else it may for 10 min, and the reason says why", () => {
    const verdict = judge(handedOver, { at: 1599, current: 200, target: 20 });
    assert.ok(verdict.kind === "allowed");
    assert.equal(verdict.limit, 170);
    assert.match(verdict.cut ?? "", /15 % at once, by half as its policy was changed/);
    const after = recordShrink(handedOver, settings, { at: seconds(1100), from: 200 });
    const next = judge(after, { at: 1101, current: 155, target: 20 });
    assert.ok(next.kind === "allowed");
    assert.equal(next.limit, 150);
  });

  test("is trusted after that, and what was learned stays learned", () => {
    const verdict = judge(handedOver, { at: 1600, current: 200, target: 20 });
    assert.ok(verdict.kind === "allowed");
    assert.equal(verdict.limit, 140);
  });
});

describe("settling", () => {
  const grown = recordGrowth(learned, seconds(1000));

  test("nothing shrinks for 10 s after a growth, and the rest is told", () => {
    const verdict = judge(grown, { at: 1009, target: 190 });
    assert.ok(verdict.kind === "held");
    assert.equal(verdict.reason.code, "settling");
    assert.match(verdict.reason.text, /grew 9 s ago/);
    assert.equal(describeBrakes(grown, settings, seconds(1009)).firstShrinkInSeconds, 1);
  });

  test("after 10 s it is over", () => {
    assert.equal(judge(grown, { at: 1010, target: 190 }).kind, "allowed");
  });
});

describe("the cut at once", () => {
  test("a small shrink passes as it is", () => {
    assert.deepEqual(judge(learned, { target: 140 }), {
      kind: "allowed",
      limit: 140,
      cut: undefined,
    });
  });

  test("a large one is cut to 30 % of the limit, and says so", () => {
    const verdict = judge(learned, { target: 20 });
    assert.ok(verdict.kind === "allowed");
    assert.equal(verdict.limit, 140);
    assert.match(verdict.cut ?? "", /at most 30 % at once/);
  });

  test("rounding never takes more than the percentage", () => {
    const verdict = judge(learned, { current: 33.333, target: 0 });
    assert.ok(verdict.kind === "allowed");
    assert.equal(verdict.limit, 23.34);
  });

  test("the owner's max is above it", () => {
    const verdict = judge(learned, { target: 60, max: 60 });
    assert.ok(verdict.kind === "allowed");
    assert.equal(verdict.limit, 60);
  });
});

describe("the cut per window", () => {
  const twice = recordShrink(
    recordShrink(learned, settings, { at: seconds(1000), from: 200 }),
    settings,
    { at: seconds(1010), from: 140 },
  );

  test("three shrinks stop at half of the highest limit", () => {
    const verdict = judge(twice, { at: 1020, current: 105, target: 20 });
    assert.ok(verdict.kind === "allowed");
    assert.equal(verdict.limit, 100);
    assert.match(verdict.cut ?? "", /at most 50 % of 200 in 600 s/);
  });

  test("at half, further shrinks are held", () => {
    const verdict = judge(twice, { at: 1020, current: 100, target: 20 });
    assert.ok(verdict.kind === "held");
    assert.equal(verdict.reason.code, "shrink-too-fast");
  });

  test("a shrink that would leave less than one unit is not worth a write", () => {
    assert.equal(judge(twice, { at: 1020, current: 100.9, target: 20 }).kind, "held");
  });

  test("when the highest limit is 10 min old, the next highest counts", () => {
    const verdict = judge(twice, { at: 1605, current: 100, target: 20 });
    assert.ok(verdict.kind === "allowed");
    assert.equal(verdict.limit, 70);
  });

  test("a raise in between does not hide what was held before it", () => {
    const raised = recordShrink(twice, settings, { at: seconds(1100), from: 400 });
    const verdict = judge(raised, { at: 1110, current: 280, target: 20 });
    assert.ok(verdict.kind === "allowed");
    assert.equal(verdict.limit, 200);
  });

  test("only limits that can still be the highest are kept", () => {
    const raised = recordShrink(twice, settings, { at: seconds(1100), from: 400 });
    assert.equal(twice.peaks.length, 2);
    assert.equal(raised.peaks.length, 1);
  });

  test("forgotten when another hand changed the limit; learning is not", () => {
    const anew = forgetShrinks(twice);
    assert.equal(judge(anew, { at: 1020, current: 100, target: 71 }).kind, "allowed");
    assert.equal(anew.watchedSince, twice.watchedSince);
  });
});

describe("refusals and restarts", () => {
  test("one refusal holds nothing", () => {
    const first = recordRefusal(learned, settings, seconds(1000));
    assert.equal(first.isHoldBegun, false);
    assert.equal(judge(first.brakes, { target: 190 }).kind, "allowed");
  });

  test("two in a row hold shrinks for 600 s", () => {
    const first = recordRefusal(learned, settings, seconds(1000));
    const second = recordRefusal(first.brakes, settings, seconds(1001));
    assert.equal(second.isHoldBegun, true);
    const verdict = judge(second.brakes, { at: 1600, target: 190 });
    assert.ok(verdict.kind === "held");
    assert.equal(verdict.reason.code, "held-after-refusals");
    assert.match(verdict.reason.text, /no shrink for 1 s/);
    assert.equal(judge(second.brakes, { at: 1601, target: 190 }).kind, "allowed");
  });

  test("a success in between begins the count anew", () => {
    const first = recordRefusal(learned, settings, seconds(1000));
    const second = recordRefusal(recordApplied(first.brakes), settings, seconds(1001));
    assert.equal(second.isHoldBegun, false);
  });

  test("more refusals while held lengthen the hold, but do not begin it again", () => {
    let brakes = learned;
    const begun = [1000, 1001, 1100, 1101].map((at) => {
      const after = recordRefusal(brakes, settings, seconds(at));
      brakes = after.brakes;
      return after.isHoldBegun;
    });
    assert.deepEqual(begun, [false, true, false, false]);
    assert.equal(judge(brakes, { at: 1700, target: 190 }).kind, "held");
  });

  test("a restart holds shrinks, and says so", () => {
    const verdict = judge(holdAfter("restart", learned, { settings: settings, at: seconds(900) }), {
      target: 190,
    });
    assert.ok(verdict.kind === "held");
    assert.equal(verdict.reason.code, "held-after-restart");
  });
});

describe("what operators are told", () => {
  test("how long until the first shrink may come", () => {
    const { isLearning, firstShrinkInSeconds } = describeBrakes(learned, settings, seconds(100));
    assert.deepEqual([isLearning, firstShrinkInSeconds], [true, 200]);
  });

  test("the longer of learning and hold", () => {
    const held = holdAfter("restart", learned, { settings: settings, at: seconds(0) });
    const { firstShrinkInSeconds, inForce } = describeBrakes(held, settings, seconds(100));
    assert.equal(firstShrinkInSeconds, 500);
    assert.deepEqual(
      inForce.map((reason) => reason.code),
      ["held-after-restart"],
    );
  });

  test("nothing once all is over", () => {
    const told = describeBrakes(learned, settings, seconds(301));
    assert.deepEqual(told, { isLearning: false, firstShrinkInSeconds: 0, inForce: [] });
  });
});
