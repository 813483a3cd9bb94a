import assert from "node:assert/strict";
import { test } from "node:test";
import { byResource, policyBook, runnable, type UsageSample, wallSeconds } from "@sc/domain";
import { idFor, nameFor, policyFor, settingsFor } from "@sc/domain/testing";
import { FakeBus } from "@sc/ports/testing";
import { Guardian } from "../guardian/guardian.ts";
import { TickingClock } from "../service-loop/ticking-clock.ts";
import { OutsideUsage } from "./outside-usage.ts";

const web = nameFor("web");
const book = { total: 1000, grantable: 900, granted: 0, isOvercommitted: false };
const hostObservation = { ...byResource(() => book), isPressed: false };

/** A guardian by the published rules, an agent that measures, and a monitor that posts. */
function scene() {
  const [bus, clock] = [new FakeBus(), new TickingClock()];
  const outside = new OutsideUsage({ bus, clock, timers: clock });
  const policies = policyBook([runnable(policyFor())]);
  const resources = byResource((resource) =>
    settingsFor({ mode: resource === "cpu" ? "auto" : "observe" }),
  );
  const guardian = new Guardian({
    ...{ bus, clock, policies: () => policies },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    registry: { settingsOf: () => ({ isPaused: false, resources }), isPaused: () => false },
    counts: (sample, resource) => outside.counts(sample, resource),
  });
  for (const service of [guardian, outside]) service.start();
  const measure = (cpuSharesUsed: number): void => {
    const at = clock.monotonic();
    const sample: UsageSample = {
      ...{ name: web, id: idFor("web"), at, windowSeconds: 1, cpuSharesUsed },
      cpuLimit: { quotaShares: 170, burstShares: 0, periodMs: 100, weight: 170 },
      isFrozen: false,
      ...{ memMibUsed: undefined, memMibFloor: undefined, memMibLimit: undefined },
    };
    bus.publish("usage", { host: "host1", at, samples: [sample], hostObservation });
  };
  const post = (user: number, kernel: number): void => {
    const point = { host: "web", process: "1", stamp: wallSeconds(clock.wall()) };
    outside.posted.take({ ...point, part: "cpuUser", value: user });
    outside.posted.take({ ...point, part: "cpuKernel", value: kernel });
  };
  const asked = () => bus.published("requests").flat().length;
  return { asked, clock, measure, post };
}

test("the guardian decides about what is posted in the very call in which its sample is whole", () => {
  const { asked, clock, measure, post } = scene();
  measure(0);
  for (let sent = 0; sent < 3; sent += 1) {
    assert.equal(asked(), 0);
    clock.tick(5);
    post(100, 60);
  }
  // The first has no window; the second is whole now that the third has begun.
  assert.equal(asked(), 1);
});

test("what the agent measures counts for nothing while a monitor tells of it, and again when it is silent", () => {
  const { asked, clock, measure, post } = scene();
  measure(0);
  for (let sent = 0; sent < 4; sent += 1) {
    clock.tick(5);
    post(100, 20);
    measure(165);
  }
  const before = asked();
  clock.tick();
  measure(165);
  assert.equal(asked(), before);
  clock.tick(20);
  measure(165);
  assert.equal(asked(), before + 1);
});
