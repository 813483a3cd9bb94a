import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import type { Change } from "@sc/domain";
import { FakeBus } from "@sc/ports/testing";
import { GuardedBus } from "./guarded-bus.ts";
import { KeptLog, TickingClock } from "./ticking-clock.ts";

let bus: FakeBus;
let clock: TickingClock;
let log: KeptLog;
let guarded: GuardedBus;
let cause: string | undefined;
const taken: (readonly Change[])[] = [];

beforeEach(() => {
  bus = new FakeBus();
  clock = new TickingClock();
  log = new KeptLog();
  guarded = new GuardedBus({ bus, clock, log }, "test");
  cause = undefined;
  taken.length = 0;
  guarded.subscribe("changes", (changes) => {
    if (cause !== undefined) throw new Error(cause);
    taken.push(changes);
  });
});

function failFor(seconds: number, because = "a bug"): void {
  cause = because;
  for (let passed = 0; passed < seconds; passed += 1) {
    guarded.publish("changes", []);
    clock.tick();
  }
}

describe("a service on a guarded bus", () => {
  test("has messages and publishes them as without it", () => {
    guarded.publish("changes", []);
    assert.deepEqual(bus.published("changes"), [[]]);
    assert.deepEqual(taken, [[]]);
    assert.equal(guarded.failure(), undefined);
  });

  test("that fails at every message is logged once for each cause, and says at what it fails", () => {
    failFor(3);
    assert.deepEqual(log.lines, ["error a service failed at a message; the next one is tried"]);
    assert.equal(guarded.failure(), "a bug (3 messages of changes)");
    failFor(1, "another bug");
    assert.equal(log.lines.length, 2);
    assert.deepEqual(bus.errors, [], "who publishes hears nothing of it");
  });

  test("goes well again with the first message that does", () => {
    failFor(3);
    cause = undefined;
    guarded.publish("changes", []);
    assert.equal(guarded.failure(), undefined);
    assert.equal(log.lines.at(-1), "info a service goes well again");
  });

  test("fails for as long as there was no good message in between", () => {
    failFor(4);
    assert.equal(guarded.failure(5), undefined);
    failFor(2);
    assert.equal(guarded.failure(5), "a bug (6 messages of changes)");
  });

  test("that failed once, with no message since, is not failing for long", () => {
    failFor(1);
    clock.tick(20);
    assert.equal(guarded.failure(5), undefined);
    assert.ok(guarded.failure());
    clock.tick(20);
    assert.equal(guarded.failure(), undefined);
  });

  test("hears no more when it cancels", () => {
    const other: unknown[] = [];
    const subscription = guarded.subscribe("orders", (orders) => other.push(orders));
    subscription.cancel();
    guarded.publish("orders", []);
    assert.deepEqual(other, []);
  });
});
