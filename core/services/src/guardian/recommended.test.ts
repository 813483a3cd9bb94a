import assert from "node:assert/strict";
import { test } from "node:test";
import {
  burstQuota,
  cpuLimitOfShares,
  type Mode,
  monotonicSeconds,
  policyBook,
  runnable,
  wallSeconds,
} from "@sc/domain";
import { idFor, nameFor, resourcesFor, settingsFor } from "@sc/domain/testing";
import { FakeBus } from "@sc/ports/testing";
import { Guardian } from "./guardian.ts";
import { host } from "./guardian-fixture.ts";

const web = nameFor("web");

/** A container of 300 shares that nobody limits, in recommend. */
function recommend() {
  const bus = new FakeBus();
  const settings: { mode: Mode } = { mode: "recommend" };
  const policies = policyBook([runnable(burstQuota())]);
  const requests: number[] = [];
  bus.subscribe("requests", (made) => {
    for (const { from, amount } of made) requests.push(from + amount);
  });
  const guardian = new Guardian({
    bus,
    policies: () => policies,
    clock: { monotonic: () => monotonicSeconds(1), wall: () => wallSeconds(1001) },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    registry: {
      settingsOf: () => ({
        isPaused: false,
        resources: resourcesFor({
          cpu: settingsFor({ mode: settings.mode, policy: "burst-quota", min: 10, max: 300 }),
          mem: settingsFor({ mode: "observe" }),
        }),
      }),
      isPaused: () => false,
    },
  });
  guardian.start();
  let at = 0;
  const use = (seconds: number, cpuSharesUsed: number): void => {
    for (let sample = 0; sample < Math.round(seconds * 10); sample += 1) {
      at += 0.1;
      const about = { name: web, id: idFor("web"), at: monotonicSeconds(at), windowSeconds: 0.1 };
      const cpuLimit = cpuLimitOfShares(300, 100);
      const memory = { memMibUsed: undefined, memMibFloor: undefined, memMibLimit: undefined };
      const samples = [{ ...about, cpuSharesUsed, cpuLimit, isFrozen: false, ...memory }];
      bus.publish("usage", { host: "h", at: monotonicSeconds(at), samples, hostObservation: host });
    }
  };
  return { guardian, requests, settings, use };
}

test("a recommendation is followed in the book, so that the next one goes on from it", () => {
  const { guardian, requests, use } = recommend();
  use(60, 50);
  assert.deepEqual(requests, [50.5]);
  const followed = guardian.recommendationOf(web, "cpu");
  assert.ok(followed !== undefined);
  assert.equal(followed.limit, 50.5);
  assert.ok(Math.abs(followed.seconds - 60) < 1e-6);
  const utilization = followed.used / followed.allocated;
  assert.ok(utilization > 0.7 && utilization < 0.9, `${utilization}`);
  use(10, 120);
  assert.ok((guardian.recommendationOf(web, "cpu")?.limit ?? 0) > 110);
});

test("what is in auto, or was, has no such book", () => {
  const { guardian, settings, use } = recommend();
  use(10, 50);
  settings.mode = "auto";
  use(1, 50);
  assert.equal(guardian.recommendationOf(web, "cpu"), undefined);
  assert.equal(guardian.recommendationOf(web, "mem"), undefined);
});
