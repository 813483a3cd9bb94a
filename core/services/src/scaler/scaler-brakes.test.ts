import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { monotonicSeconds, reason } from "@sc/domain";
import { idFor, nameFor, requestFor } from "@sc/domain/testing";
import { refused, roomy, scale, scaleOne } from "./scaler-fixture.ts";

const withGranted = (granted: number) => ({ ...roomy, cpu: { ...roomy.cpu, granted } });

describe("brakes", () => {
  const shrink = (from: number, amount: number) => requestFor("web", { from, amount });

  test("count from when the container was first watched, as the notice says", () => {
    const { set, appear, usage, request, scaler, heldCodes } = scale();
    set("web");
    appear("web", { at: 900 });
    usage({ web: 100 });
    request(shrink(100, -20));
    assert.deepEqual(heldCodes(), ["learning"]);
    assert.deepEqual(scaler.brakesOf(nameFor("web"), "cpu").firstShrinkInSeconds, 200);
  });

  test("a container nobody told of may have been in other hands: it is held as one that was taken up", () => {
    const { set, usage, request, scaler, wait, heldCodes } = scale();
    set("web");
    usage({ web: 100 });
    wait(100);
    assert.equal(scaler.brakesOf(nameFor("web"), "cpu").firstShrinkInSeconds, 500);
    request(shrink(100, -20));
    assert.deepEqual(heldCodes(), ["held-after-take-up"]);
  });

  test("what grew is not taken back at once, also where word of it was lost", () => {
    const { usage, request, heldCodes } = scaleOne();
    usage({ web: 150 });
    request(shrink(150, -20));
    assert.deepEqual(heldCodes(), ["settling"]);
  });

  test("count what was taken also where word of it was lost", () => {
    const { usage, request, limits, heldCodes } = scaleOne();
    usage({ web: 50 });
    request(shrink(50, -20));
    assert.deepEqual(limits(), []);
    assert.deepEqual(heldCodes(), ["shrink-too-fast"]);
  });

  test("one that is not known at all learns", () => {
    assert.equal(scale().scaler.brakesOf(nameFor("web"), "cpu").isLearning, true);
  });

  test("go on when the agent tells of the same container again", () => {
    const { appear, scaler } = scaleOne();
    appear("web", { at: 1000 });
    assert.equal(scaler.brakesOf(nameFor("web"), "cpu").isLearning, false);
  });

  test("take half as much of a container that was given to another policy", () => {
    const { set, request, answer, orders, limits, usage } = scaleOne();
    request(shrink(100, -10));
    answer(orders()[0]);
    usage({ web: 90 });
    set("web", { policy: "percentile" });
    request(shrink(90, -60));
    assert.deepEqual(limits(), [90, 76.5]);
  });

  test("stop at half of the highest limit in 10 min", () => {
    const { request, answer, orders, limits, usage, heldCodes } = scaleOne();
    for (const from of [100, 70, 50]) {
      usage({ web: from });
      request(shrink(from, -60));
      if (orders().length > 0) answer(orders().at(-1));
    }
    assert.deepEqual(limits(), [70, 50]);
    assert.deepEqual(heldCodes(), ["shrink-too-fast"]);
  });

  for (const old of [100, null]) {
    test(`count a shrink from ${old} from when it was made, however long its order took`, () => {
      const { set, request, answer, orders, limits, usage, heldCodes, wait } = scaleOne();
      set("web", { max: 100 });
      request(shrink(100, -60));
      wait(4);
      answer(orders()[0], { old });
      usage({ web: 70 });
      request(shrink(70, -60));
      answer(orders()[1], { old: 70 });
      wait(599);
      usage({ web: 50 });
      request(shrink(50, -40));
      assert.deepEqual(limits(), [70, 50]);
      assert.deepEqual(heldCodes(), ["shrink-too-fast"]);
    });
  }

  test("forget what was shrunk when another hand changed the limit, but not what was learned", () => {
    const { request, answer, orders, limits, usage, notice } = scaleOne();
    request(shrink(100, -60));
    answer(orders()[0]);
    usage({ web: 70 });
    request(shrink(70, -60));
    answer(orders()[1]);
    const why = reason("drift-adopted", "another hand set 50");
    const about = { name: nameFor("web"), id: idFor("web"), at: monotonicSeconds(1000) };
    notice({ kind: "start-anew", ...about, reason: why });
    usage({ web: 50 });
    request(shrink(50, -30));
    assert.deepEqual(limits(), [70, 50, 35]);
  });

  test("bound the shrinks of a host, fewer after a start", () => {
    const { set, appear, usage, request, limits, heldCodes, wait } = scale();
    const names = Array.from({ length: 12 }, (_, index) => `c${index}`);
    for (const name of names) {
      set(name);
      appear(name);
    }
    usage(Object.fromEntries(names.map((name) => [name, 100])));
    request(...names.map((name) => requestFor(name, { amount: -20 })));
    assert.equal(limits().length, 10);
    assert.deepEqual(heldCodes(), ["host-shrinks-too-many", "host-shrinks-too-many"]);
    wait(60);
    usage(Object.fromEntries(names.map((name) => [name, 100])));
    request(...names.map((name) => requestFor(name, { amount: -20 })));
    assert.equal(limits().length, 20);
  });
});

describe("after two refusals by the kernel", () => {
  function refuseTwice() {
    const one = scaleOne();
    for (const index of [0, 1]) {
      one.usage({ web: 100 });
      one.request(requestFor("web", { amount: -20 }));
      one.answer(one.orders()[index], refused);
    }
    return one;
  }

  test("shrinks are held, and it is said", () => {
    const { request, heldCodes, warnings, scaler } = refuseTwice();
    request(requestFor("web", { amount: -20 }));
    assert.deepEqual(heldCodes(), ["held-after-refusals"]);
    assert.equal(warnings.length, 1);
    assert.equal(scaler.brakesOf(nameFor("web"), "cpu").firstShrinkInSeconds, 600);
  });

  test("the container is raised to its safe limit, once, and the wish is on record", () => {
    const { usage, orders, limits, bus, answer } = refuseTwice();
    usage({ web: 100 });
    assert.equal(limits().at(-1), 300);
    assert.deepEqual(orders().at(-1)?.author, { kind: "agent", name: "safe-limit" });
    assert.match(orders().at(-1)?.reason.text ?? "", /refused 2 orders in a row: up to the safe/);
    assert.equal(bus.published("requests").flat().at(-1)?.policy, "safe-limit");
    answer(orders().at(-1));
    usage({ web: 300 });
    assert.equal(orders().length, 3);
  });

  test("a raise the kernel refuses as well is not tried for ever", () => {
    const { usage, orders, answer } = refuseTwice();
    usage({ web: 100 });
    answer(orders().at(-1), refused);
    for (const _ of [1, 2, 3]) usage({ web: 100 });
    assert.equal(orders().length, 3);
  });

  test("as far as the host has room", () => {
    const { usage, limits } = refuseTwice();
    usage({ web: 100 }, withGranted(850));
    assert.equal(limits().at(-1), 150);
  });

  test("and tried again after a while on a host that had no room at all", () => {
    const full = withGranted(900);
    const { usage, limits, wait } = refuseTwice();
    const before = limits().length;
    usage({ web: 100 }, full);
    usage({ web: 100 });
    assert.equal(limits().length, before, "not at once, with every sample");
    wait(5);
    usage({ web: 100 });
    assert.equal(limits().at(-1), 300);
  });

  test("two that are not in a row hold nothing", () => {
    const { request, answer, orders, usage, scaler } = scaleOne();
    for (const [index, outcome] of [refused, {}, refused].entries()) {
      const from = index === 2 ? 80 : 100;
      usage({ web: from });
      request(requestFor("web", { from, amount: -20 }));
      answer(orders()[index], outcome);
    }
    assert.equal(orders().length, 3);
    assert.deepEqual(scaler.brakesOf(nameFor("web"), "cpu").inForce, []);
  });

  test("refusals by the agent's judge do not count", () => {
    const { request, answer, orders, usage, scaler } = scaleOne();
    for (const index of [0, 1, 2]) {
      usage({ web: 100 });
      request(requestFor("web", { amount: -20 }));
      answer(orders()[index], { ...refused, detail: reason("no-journal", "the disk is full") });
    }
    assert.deepEqual(scaler.brakesOf(nameFor("web"), "cpu").inForce, []);
  });
});

describe("after a restart in auto", () => {
  test("the container is raised to its safe limit and shrinks are held", () => {
    const { appear, usage, limits, scaler } = scaleOne();
    appear("web", { id: "web-2", at: 1000, isRestart: true });
    usage({ web: 100 }, roomy, "web-2");
    assert.deepEqual(limits(), [300]);
    const { inForce, firstShrinkInSeconds } = scaler.brakesOf(nameFor("web"), "cpu");
    assert.deepEqual(
      inForce.map((one) => one.code),
      ["held-after-restart"],
    );
    assert.equal(firstShrinkInSeconds, 600);
  });

  test("a paused one is raised when it is resumed, if its hold still lasts", () => {
    const { appear, usage, limits, pause, resume, wait } = scaleOne();
    pause("web");
    appear("web", { id: "web-2", at: 1000, isRestart: true });
    usage({ web: 100 }, roomy, "web-2");
    assert.deepEqual(limits(), []);
    resume("web");
    wait(599);
    usage({ web: 100 }, roomy, "web-2");
    assert.deepEqual(limits(), [300]);
  });

  test("a paused one that is resumed after its hold is left to its policy", () => {
    const { appear, usage, limits, pause, resume, wait } = scaleOne();
    pause("web");
    appear("web", { id: "web-2", at: 1000, isRestart: true });
    wait(600);
    resume("web");
    usage({ web: 100 }, roomy, "web-2");
    assert.deepEqual(limits(), []);
  });

  test("one that has all it may have is not raised, and not looked at again", () => {
    const { appear, usage, limits } = scaleOne();
    appear("web", { id: "web-2", at: 1000, isRestart: true });
    usage({ web: 300 }, roomy, "web-2");
    usage({ web: 200 }, roomy, "web-2");
    assert.deepEqual(limits(), []);
  });

  test("one that is only observed is left alone", () => {
    const { set, appear, usage, limits, scaler } = scaleOne();
    set("web", { mode: "observe" });
    appear("web", { id: "web-2", at: 1000, isRestart: true });
    usage({ web: 100 }, roomy, "web-2");
    assert.deepEqual(limits(), []);
    assert.equal(scaler.brakesOf(nameFor("web"), "cpu").firstShrinkInSeconds, 300);
  });

  test("an order for the container before it is not made for the new one", () => {
    const { appear, usage, request, heldCodes } = scaleOne();
    appear("web", { id: "web-2", at: 1000, isRestart: true });
    usage({ web: 300 }, roomy, "web-2");
    request(requestFor("web"));
    assert.deepEqual(heldCodes(), ["gone"]);
  });
});

describe("after a kill", () => {
  const codesOf = (scaler: ReturnType<typeof scale>["scaler"]) =>
    scaler.brakesOf(nameFor("web"), "cpu").inForce.map(({ code }) => code);

  test("shrinks are held also where word of it was lost: every sample tells", () => {
    const { usage, limits, scaler } = scaleOne();
    usage({ web: 100 }, roomy, undefined, { killedAt: monotonicSeconds(999) });
    assert.deepEqual(codesOf(scaler), ["held-after-kill"]);
    assert.deepEqual(limits(), [300]);
  });

  test("the same kill holds once, however often it is told", () => {
    const { usage, notice, wait, scaler } = scaleOne();
    const at = monotonicSeconds(1000);
    notice({ kind: "killed", name: nameFor("web"), id: idFor("web"), at });
    wait(601);
    usage({ web: 100 }, roomy, undefined, { killedAt: at });
    assert.deepEqual(codesOf(scaler), []);
  });
});
