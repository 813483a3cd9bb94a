import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type BrakeSettings,
  type CpuLimit,
  cpuLimitOfShares,
  defaultBrakeSettings,
  monotonicSeconds,
  wallSeconds,
} from "@sc/domain";
import { idFor, nameFor, resourcesFor, rulesOnly, settingsFor } from "@sc/domain/testing";
import { FakeBus } from "@sc/ports/testing";
import { Guardian } from "../guardian/guardian.ts";
import { Scaler } from "./scaler.ts";

const sampleSeconds = 0.1;
const silentLog = { info: () => {}, warn: () => {}, error: () => {} };

interface Modelled {
  readonly name: string;
  /** What it would use at a second, if nothing limited it. */
  readonly demand: (second: number) => number;
  readonly startShares: number;
}

/**
 * Guardian and scaler as they run, on a modelled host: what is used is the demand, held down by the
 * limit, and an order is applied when it comes. Returns the limits after every sample, by name.
 */
function runHost(options: {
  readonly containers: readonly Modelled[];
  readonly seconds: number;
  readonly grantableShares?: number;
  readonly brakes?: Partial<BrakeSettings>;
}) {
  const { containers, seconds, grantableShares = 10_000 } = options;
  const bus = new FakeBus();
  const limits = new Map<string, CpuLimit>(
    containers.map(({ name, startShares }) => [name, cpuLimitOfShares(startShares, 100)]),
  );
  const one = settingsFor({ min: 10, max: 200 });
  const settings = {
    isPaused: false,
    resources: resourcesFor({ cpu: one, mem: settingsFor({ mode: "observe" }) }),
  };
  const policies = rulesOnly();
  let now = 0;
  const deps = {
    bus,
    clock: { monotonic: () => monotonicSeconds(now), wall: () => wallSeconds(now) },
    log: silentLog,
    registry: { settingsOf: () => settings, isPaused: () => false },
  };
  const brakes = { ...defaultBrakeSettings, ...options.brakes };
  new Scaler({ ...deps, brakes: () => brakes }).start();
  new Guardian({ ...deps, policies: () => policies }).start();
  bus.subscribe("orders", (orders) => {
    for (const { target, structure, ...order } of orders) {
      assert.ok(target.resource === "cpu");
      const old = limits.get(structure)?.quotaShares;
      limits.set(structure, target.limit);
      const change = { ...order, structure, resource: "cpu" as const, outcome: "applied" as const };
      const times = { at: monotonicSeconds(now), stamp: wallSeconds(now) };
      bus.publish("changes", [{ ...change, ...times, old, new: target.limit.quotaShares }]);
    }
  });
  for (const { name } of containers) {
    const first = { cpu: limits.get(name), memMib: null };
    const facts = { name: nameFor(name), id: idFor(name), engine: "lxc" as const, first };
    const at = monotonicSeconds(sampleSeconds);
    bus.publish("containers", [{ kind: "appeared", facts, isRestart: false, at }]);
  }
  const granted = () =>
    [...limits.values()].reduce((sum, limit) => sum + (limit.quotaShares ?? 0), 0);
  const history: Readonly<Record<string, number>>[] = [];
  for (let tick = 1; tick <= Math.round(seconds / sampleSeconds); tick += 1) {
    now = tick * sampleSeconds;
    const at = monotonicSeconds(now);
    const samples = containers.map(({ name, demand }) => {
      const cpuLimit = limits.get(name);
      return {
        name: nameFor(name),
        id: idFor(name),
        at,
        windowSeconds: sampleSeconds,
        cpuSharesUsed: Math.min(demand(now), cpuLimit?.quotaShares ?? 0),
        cpuLimit,
        isFrozen: false,
        memMibUsed: undefined,
        memMibFloor: undefined,
        memMibLimit: undefined,
      };
    });
    const hostObservation = {
      cpu: {
        total: grantableShares,
        grantable: grantableShares,
        granted: granted(),
        isOvercommitted: granted() > grantableShares,
      },
      mem: { total: 8192, grantable: 4096, granted: 0, isOvercommitted: false },
      isPressed: false,
    };
    bus.publish("usage", { host: "host-1", at, samples, hostObservation });
    history.push(
      Object.fromEntries([...limits].map(([name, limit]) => [name, limit.quotaShares ?? 0])),
    );
  }
  assert.deepEqual(bus.errors, []);
  return { bus, history, at: (second: number) => history[Math.round(second / sampleSeconds) - 1] };
}

test("squeezes an idle container only after learning, then by no more than the brakes allow", () => {
  const web = { name: "web", demand: () => 0, startShares: 200 };
  const { at, bus } = runHost({ containers: [web], seconds: 320 });
  assert.equal(at(300)?.web, 200);
  assert.equal(at(320)?.web, 100);
  const limits = bus
    .published("orders")
    .flat()
    .map(({ target }) => (target.resource === "cpu" ? target.limit.quotaShares : undefined));
  assert.deepEqual(limits, [140, 100]);
});

test("takes at most half in any 10 min, and arrives all the same", () => {
  const web = { name: "web", demand: () => 0, startShares: 200 };
  const { history } = runHost({ containers: [web], seconds: 1600 });
  const limits = history.map((one) => one.web ?? 0);
  for (const [index, limit] of limits.entries()) {
    const windowStart = Math.max(index - 6000, 0);
    assert.ok(limit >= (limits[windowStart] ?? 0) / 2);
  }
  assert.ok((limits.at(-1) ?? 200) <= 52, `${limits.at(-1)} after 1600 s of idleness`);
});

test("a step up reaches the limit it needs within two samples, learning or not", () => {
  const demand = (second: number) => (second > 5 ? 120 : 10);
  const { at } = runHost({
    containers: [{ name: "web", demand, startShares: 60 }],
    seconds: 6,
  });
  assert.equal(at(5)?.web, 60);
  assert.ok((at(5.2)?.web ?? 0) >= 120);
});

test("follows a square wave with at most four changes a period: it does not oscillate", () => {
  const quick = {
    learningSeconds: 0,
    settleSeconds: 0,
    shrinkAtOncePercent: 100,
    shrinkPerWindowPercent: 100,
  };
  const demand = (second: number) => (Math.floor(second / 5) % 2 === 0 ? 120 : 20);
  const { bus } = runHost({
    containers: [{ name: "web", demand, startShares: 200 }],
    seconds: 50,
    brakes: { ...quick, hostShrinksPerMinuteAfterStart: 1000 },
  });
  const changes = bus.published("changes").flat().length;
  // A fall is one shrink; a rise is two steps up and one fit to what is used then.
  assert.ok(changes <= 20, `${changes} changes`);
});

test("never grants more than the host has, and gives the last of it away", () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const containers = names.map((name) => ({ name, demand: () => 200, startShares: 50 }));
  const { history, bus } = runHost({ containers, seconds: 5, grantableShares: 500 });
  for (const limits of history) {
    const sum = Object.values(limits).reduce((total, limit) => total + limit, 0);
    assert.ok(sum <= 500 + 1e-9, `${sum} granted`);
  }
  const last = Object.values(history.at(-1) ?? {}).reduce((total, limit) => total + limit, 0);
  assert.equal(Math.round(last), 500);
  assert.equal(bus.published("held").flat().at(-1)?.reason.code, "host-full");
});

test("what one gives back, another gets a sample later", () => {
  const { at } = runHost({
    containers: [
      { name: "idle", demand: () => 0, startShares: 200 },
      { name: "busy", demand: () => 200, startShares: 100 },
    ],
    seconds: 2,
    grantableShares: 300,
    brakes: { learningSeconds: 0, settleSeconds: 0 },
  });
  for (const seconds of [0.1, 0.2, 0.5, 1, 2]) {
    const { idle = Number.NaN, busy = Number.NaN } = at(seconds) ?? {};
    assert.ok(idle + busy <= 300, `${seconds} s: ${idle} and ${busy}`);
  }
  assert.ok((at(2)?.busy ?? 0) > 150);
});
