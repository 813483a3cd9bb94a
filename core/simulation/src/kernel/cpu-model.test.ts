import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type CpuLimit, kernelDefaultCpuLimit } from "@sc/domain";
import type { ControlGroup } from "@sc/ports";
import { VirtualClock } from "../clock/virtual-clock.ts";
import { type Demand, hog, pulses } from "../demand/demand.ts";
import { SimulatedHost } from "../host/simulated-host.ts";

interface Bench {
  readonly clock: VirtualClock;
  readonly host: SimulatedHost;
  readonly group: ControlGroup;
}

const path = "/lxc.payload.web";

function makeBench(options: {
  readonly limit?: Partial<CpuLimit>;
  readonly demand: Demand;
  readonly cores?: number;
  readonly stepMs?: number;
}): Bench {
  const clock = new VirtualClock();
  const { cores = 2, stepMs = 10 } = options;
  const host = new SimulatedHost({ clock }, { cores, stepMs });
  host.makeContainer({
    name: "web",
    engine: "lxc",
    path,
    limit: options.limit ?? {},
    demand: options.demand,
  });
  const opened = host.open({ path });
  assert.ok(opened.ok);
  return { clock, host, group: opened.value };
}

interface Rewrites {
  readonly everySeconds: number | undefined;
  readonly limit: CpuLimit;
  readonly alternate: Partial<CpuLimit>;
}

/** Percent of one core that a hog gets under a limit that someone rewrites every so often. */
function percentWithRewrites({ everySeconds, limit, alternate }: Rewrites): number {
  const percents = phasesSeconds.map((phaseSeconds) => {
    const { clock, group } = makeBench({ limit, demand: hog(1) });
    let isAlternate = false;
    const rewrite = (): void => {
      isAlternate = !isAlternate;
      group.writeCpuLimit(isAlternate ? { ...limit, ...alternate } : limit);
    };
    if (everySeconds !== undefined) {
      clock.after(phaseSeconds, () => void clock.every(everySeconds, rewrite));
    }
    clock.advance(10);
    return ((group.readCpuUsedSeconds() ?? 0) / 10) * 100;
  });
  return percents.reduce((sum, percent) => sum + percent, 0) / percents.length;
}

/** Where the writes stand to the periods: right after an end they find the pool full and are lost. */
const phasesSeconds = [0.001, 0.011, 0.023, 0.037, 0.052, 0.065, 0.08, 0.089];

const tenPercent: CpuLimit = { ...kernelDefaultCpuLimit, quotaShares: 10 };
/** Differs by 1 µs of quota: the smallest write there is. */
const hardlyAnother: Partial<CpuLimit> = { quotaShares: 10.01 };

const within = (value: number, least: number, most: number): void =>
  assert.ok(value >= least && value <= most, `${value} is not in ${least} to ${most}`);

describe("every write is a refill", () => {
  // Measured: a hog under 10 ms per 100 ms, rewritten every so often. The last would be 99: the kernel
  // takes a part of a millisecond to let a throttled group run again, which is left out.
  const rows = [
    { everySeconds: undefined, measured: 10.2 },
    { everySeconds: 1, measured: 11.5 },
    { everySeconds: 0.5, measured: 12.5 },
    { everySeconds: 0.1, measured: 21.9 },
    { everySeconds: 0.05, measured: 31.9 },
    { everySeconds: 0.02, measured: 62 },
    { everySeconds: 0.01, measured: 86 },
  ];
  for (const { everySeconds, measured } of rows) {
    const often = everySeconds === undefined ? "never" : `every ${everySeconds} s`;
    const slack = everySeconds === 0.01 ? 0.16 : 0.07;
    test(`a limit of 10 % that is rewritten ${often} yields the ${measured} % of the kernel`, () => {
      const percent = percentWithRewrites({
        everySeconds,
        limit: tenPercent,
        alternate: hardlyAnother,
      });
      within(percent, measured * (1 - slack), measured * (1 + slack));
    });
  }

  test("a write of the burst refills as a write of the quota does", () => {
    const alternate = { burstShares: 0.1 };
    within(percentWithRewrites({ everySeconds: 0.05, limit: tenPercent, alternate }), 26, 33);
  });

  test("a write of the weight refills nothing", () => {
    const alternate = { weight: 200 };
    within(percentWithRewrites({ everySeconds: 0.05, limit: tenPercent, alternate }), 9.5, 10.5);
  });

  test("writing the same limit again writes nothing and so refills nothing", () => {
    within(
      percentWithRewrites({ everySeconds: 0.05, limit: tenPercent, alternate: {} }),
      9.5,
      10.5,
    );
  });

  test("a write ends a throttle at once, also when it lowers the quota", () => {
    const { clock, group, host } = makeBench({ limit: { quotaShares: 20 }, demand: hog(1) });
    clock.advance(0.05);
    const before = group.readCpuUsedSeconds() ?? 0;
    group.writeCpuLimit({ ...tenPercent });
    clock.advance(0.02);
    const gained = (group.readCpuUsedSeconds() ?? 0) - before;
    within(gained, 0.0099, 0.0101);
    within(host.refilledCoreSeconds(path), 0.01, 0.04);
  });

  test("a refill adds no more than there is room for", () => {
    const { clock, group, host } = makeBench({ limit: { quotaShares: 50 }, demand: hog(0) });
    host.setDemand(path, pulses({ everySeconds: 10, coreSeconds: [0] }));
    clock.advance(1);
    const before = host.refilledCoreSeconds(path);
    group.writeCpuLimit({ ...tenPercent, quotaShares: 50.01 });
    // The pool was full: what the write could add is the microsecond by which the quota grew.
    within(host.refilledCoreSeconds(path) - before, 0, 0.000_02);
  });
});

describe("the burst", () => {
  const alternating = pulses({ everySeconds: 0.1, coreSeconds: [0.015, 0.075] });

  test("without it, demand of 15 and 75 ms in turn under 50 ms throttles every other period", () => {
    const { clock, group } = makeBench({ limit: { quotaShares: 50 }, demand: alternating });
    clock.advance(10);
    within(group.readThrottling()?.throttledPeriods ?? 0, 45, 55);
  });

  test("a burst of 50 ms covers demand of 15 and 75 ms in turn", () => {
    const limit = { quotaShares: 50, burstShares: 50 };
    const { clock, group, host } = makeBench({ limit, demand: alternating });
    clock.advance(9.99);
    assert.equal(group.readThrottling()?.throttledPeriods, 0);
    assert.equal(host.backlogCoreSeconds(path), 0);
  });

  /** Mean 33.3 ms per 100 ms: eight times 20 ms, then four times 60. */
  const uneven = pulses({
    everySeconds: 0.1,
    coreSeconds: [20, 20, 20, 20, 20, 20, 20, 20, 60, 60, 60, 60].map((ms) => ms / 1000),
  });
  const throttledShare = (limit: Partial<CpuLimit>): number => {
    const { clock, group } = makeBench({ limit, demand: uneven });
    clock.advance(12.2);
    const throttling = group.readThrottling();
    assert.ok(throttling !== undefined && throttling.periods > 0);
    return throttling.throttledPeriods / throttling.periods;
  };

  test("at 100 ms it carries less than demand that stays high for 0.4 s needs", () => {
    const withoutBurst = throttledShare({ quotaShares: 35 });
    const withBurst = throttledShare({ quotaShares: 35, burstShares: 35 });
    within(withoutBurst, 0.5, 0.85);
    within(withBurst, 0.2, withoutBurst - 0.05);
  });

  test("at a period of 1 s the same quota with a burst is never throttled", () => {
    assert.equal(throttledShare({ quotaShares: 35, burstShares: 35, periodMs: 1000 }), 0);
    within(throttledShare({ quotaShares: 35, periodMs: 1000 }), 0.3, 0.8);
  });
});

describe("what the kernel counts", () => {
  test("a throttled period is counted at its end, throttled time when the throttle ends", () => {
    const { clock, group } = makeBench({ limit: { quotaShares: 30 }, demand: hog(1) });
    clock.advance(0.09);
    assert.deepEqual(group.readThrottling(), {
      periods: 0,
      throttledPeriods: 0,
      throttledSeconds: 0,
    });
    clock.advance(0.01);
    const after = group.readThrottling();
    assert.equal(after?.periods, 1);
    assert.equal(after?.throttledPeriods, 1);
    // The pool is empty after 30 ms, and the kernel looks at the next of its ticks, 4 ms apart.
    within(after?.throttledSeconds ?? 0, 0.0679, 0.0681);
  });

  test("periods in which nothing ran are not counted, but for the first of them", () => {
    const { clock, group, host } = makeBench({ limit: { quotaShares: 30 }, demand: hog(1) });
    clock.advance(1);
    const busy = group.readThrottling()?.periods;
    host.setDemand(path, pulses({ everySeconds: 100, coreSeconds: [0] }));
    clock.advance(5);
    within(busy ?? 0, 9, 11);
    // One that is under way, and the one after which the timer rests.
    within((group.readThrottling()?.periods ?? 0) - (busy ?? 0), 1, 2);
  });

  test("without a quota nothing is throttled and a hog gets its core", () => {
    const { clock, group } = makeBench({ demand: hog(1) });
    clock.advance(2);
    within(group.readCpuUsedSeconds() ?? 0, 1.9999, 2.0001);
    assert.equal(group.readThrottling()?.throttledPeriods, 0);
  });

  test("sixty seconds of two containers give the same figures however time is cut", () => {
    const figures = (stepSeconds: number): readonly unknown[] => {
      const { clock, group, host } = makeBench({
        limit: { quotaShares: 33.3, burstShares: 20 },
        demand: pulses({ everySeconds: 0.07, coreSeconds: [0.01, 0.05, 0.02] }),
      });
      host.makeContainer({ name: "db", engine: "lxc", demand: hog(2) });
      for (let done = 0; done < 60 / stepSeconds; done += 1) {
        clock.advance(stepSeconds);
        group.readCpuUsedSeconds();
      }
      return [
        group.readThrottling()?.throttledPeriods,
        (group.readCpuUsedSeconds() ?? 0).toFixed(3),
      ];
    };
    assert.deepEqual(figures(0.01), figures(1));
  });
});

describe("sharing the cores", () => {
  test("two hogs on one core share it by weight, whatever their quotas", () => {
    const { clock, group, host } = makeBench({
      cores: 1,
      demand: hog(1),
      limit: { quotaShares: 90, weight: 100 },
    });
    const limit = { quotaShares: 90, weight: 300 };
    host.makeContainer({ name: "db", engine: "lxc", demand: hog(1), limit });
    clock.advance(10);
    within(group.readCpuUsedSeconds() ?? 0, 2.3, 3.3);
    within(host.readCpuUsedSeconds(), 9.99, 10.01);
  });

  for (const stepMs of [1, 10, 100]) {
    test(`of two hogs on one core one leaves what its quota forbids, in steps of ${stepMs} ms`, () => {
      const limit = { quotaShares: 90 };
      const { clock, group, host } = makeBench({ cores: 1, stepMs, demand: hog(1), limit });
      host.makeContainer({ name: "db", engine: "lxc", demand: hog(1), limit: { quotaShares: 30 } });
      clock.advance(10);
      within(group.readCpuUsedSeconds() ?? 0, 6.9, 7.1);
      within(host.readCpuUsedSeconds(), 9.99, 10.01);
    });
  }

  test("one thread never uses more than one core", () => {
    const { clock, group } = makeBench({ cores: 4, demand: hog(1), limit: { quotaShares: 300 } });
    clock.advance(1);
    within(group.readCpuUsedSeconds() ?? 0, 0.9999, 1.0001);
  });

  test("a frozen group uses nothing and goes on after it is thawed", () => {
    const { clock, group, host } = makeBench({ demand: hog(1) });
    host.setFrozen(path, true);
    clock.advance(1);
    assert.equal(group.readCpuUsedSeconds(), 0);
    assert.equal(group.isFrozen(), true);
    host.setFrozen(path, false);
    clock.advance(1);
    within(group.readCpuUsedSeconds() ?? 0, 0.9999, 1.0001);
  });
});
