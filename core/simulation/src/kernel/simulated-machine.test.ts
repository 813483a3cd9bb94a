import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type CpuLimit, kernelDefaultCpuLimit } from "@sc/domain";
import type { ControlGroup } from "@sc/ports";
import { VirtualClock } from "../clock/virtual-clock.ts";
import { type Demand, hog, pulses, steady } from "../demand/demand.ts";
import { SimulatedHost } from "../host/simulated-host.ts";

function makeHost(cores: number, demands: Readonly<Record<string, Demand>>) {
  const clock = new VirtualClock();
  const host = new SimulatedHost({ clock }, { cores });
  for (const [name, demand] of Object.entries(demands)) {
    host.makeContainer({ name, engine: "lxc", limit: { quotaShares: 35 }, demand });
  }
  const group = (name: string): ControlGroup => {
    const opened = host.open({ path: `/${name}` });
    assert.ok(opened.ok);
    return opened.value;
  };
  const limit = (name: string, change: Partial<CpuLimit>) =>
    group(name).writeCpuLimit({ ...kernelDefaultCpuLimit, ...change });
  return {
    clock,
    host,
    group,
    limit,
    used: (name: string) => group(name).readCpuUsedSeconds() ?? 0,
  };
}

const uneven = (): Demand => pulses({ everySeconds: 0.13, coreSeconds: [0.02, 0.07, 0.03] });

describe("when groups are looked at", () => {
  const figures = (cores: number, look: (host: ReturnType<typeof makeHost>) => void) => {
    const made = makeHost(cores, { a: uneven(), b: hog(1), c: steady(0.3) });
    for (let tenth = 0; tenth < 200; tenth += 1) {
      made.clock.advance(0.1);
      look(made);
    }
    return ["a", "b", "c"].map((name) => [made.used(name), made.group(name).readThrottling()]);
  };

  for (const cores of [1, 8]) {
    test(`on ${cores} cores they come out the same to the last bit, whoever was looked at`, () => {
      const never = figures(cores, () => undefined);
      assert.deepEqual(
        figures(cores, ({ used }) => used("b")),
        never,
      );
      assert.deepEqual(
        figures(cores, ({ host }) => host.readCpuUsedSeconds()),
        never,
      );
    });
  }
});

test("periods that end within a step count as in steps that end with them", () => {
  const figures = (stepMs: number, quotaShares: number) => {
    const clock = new VirtualClock();
    const host = new SimulatedHost({ clock }, { cores: 2, stepMs });
    clock.advance(0.037);
    host.makeContainer({ name: "a", engine: "lxc", limit: { quotaShares }, demand: hog(1) });
    clock.advance(0.01);
    clock.runUntil(10.02);
    const used = host.readCpuUsedSeconds();
    const opened = host.open({ path: "/a" });
    return [used.toFixed(6), opened.ok && opened.value.readThrottling()?.throttledPeriods];
  };
  for (const quotaShares of [30, 95, 150]) {
    assert.deepEqual(figures(100, quotaShares), figures(1, quotaShares));
    assert.deepEqual(figures(10, quotaShares), figures(1, quotaShares));
  }
});

describe("when there are more threads than cores", () => {
  test("all go on from one moment, also where one had not been looked at", () => {
    const { clock, host, limit, used } = makeHost(1, { a: hog(1) });
    limit("a", {});
    clock.advance(1.03);
    host.makeContainer({ name: "b", engine: "lxc", demand: hog(1) });
    clock.advance(2);
    assert.ok(Math.abs(used("a") - 2.03) < 1e-6, `${used("a")}`);
    assert.ok(Math.abs(used("b") - 1) < 1e-6, `${used("b")}`);
    host.removeGroup("/b");
    clock.advance(1);
    assert.ok(Math.abs(used("a") - 3.03) < 1e-6, `${used("a")}`);
    assert.ok(Math.abs(host.readCpuUsedSeconds() - 4.03) < 1e-6);
  });

  test("quotas that keep all below what there is leave nothing to share", () => {
    const { clock, used } = makeHost(1, { a: hog(2), b: hog(2) });
    clock.advance(10);
    for (const name of ["a", "b"]) assert.ok(Math.abs(used(name) - 3.5) < 0.02, `${used(name)}`);
  });
});

describe("the period's timer", () => {
  test("goes off when it was to, also where the period is shorter now", () => {
    const { clock, limit, used } = makeHost(2, { a: hog(1) });
    limit("a", { quotaShares: 10, periodMs: 1000 });
    clock.advance(1.2);
    const before = used("a");
    limit("a", { quotaShares: 10 });
    // The write's own 10 ms, and 0.8 s without another quota.
    clock.advance(0.7);
    assert.ok(used("a") - before < 0.015, `${used("a") - before}`);
    clock.advance(1.2);
    assert.ok(used("a") - before > 0.1, `${used("a") - before}`);
  });

  test("of a group that stopped a core keeps 1 ms, beside a full pool", () => {
    const { clock, host, limit, used } = makeHost(2, { a: steady(0) });
    limit("a", { quotaShares: 20 });
    clock.advance(0.05);
    host.addWork("/a", 0.002);
    clock.advance(0.5);
    const before = used("a");
    host.addWork("/a", 1);
    clock.advance(0.02);
    const atOnce = used("a") - before;
    clock.advance(0.02);
    // 20 ms of the pool, 1 ms of the core's, and up to the next tick what is owed.
    assert.equal(Number(atOnce.toFixed(6)), 0.02);
    assert.ok(used("a") - before >= 0.021 && used("a") - before <= 0.0251);
  });
});
