import { type CpuLimit, kernelDefaultCpuLimit } from "@sc/domain";
import { Random } from "@sc/simulation";
import { percentile } from "../percentile.ts";
import type { CheckedCase, MeasuredGroup } from "./measure-case.ts";
import type { Job, Load, PlannedWrite } from "./test-bed.ts";

/** What kernel.md measured by hand (its first two tables), and workloads beside them. */
export const checkedCases = (isQuick: boolean): readonly CheckedCase[] => {
  const seconds = isQuick ? 1 : 4;
  const long = isQuick ? 2.4 : 12;
  return [
    ...rewrittenHogs(seconds),
    ...changedPeriods(),
    ...uneven(long),
    ...weighed(seconds),
    ...stepped(isQuick ? 1 : 4),
    ...requested(long),
  ];
};

const limitOf = (change: Partial<CpuLimit>): CpuLimit => ({ ...kernelDefaultCpuLimit, ...change });
const hog: Load = { kind: "hog" };

const usedPercent = ([first]: readonly MeasuredGroup[]) => ({
  "used, % of a core": first?.usedPercent ?? Number.NaN,
});

/** Each write differs from the one before by the least the kernel tells apart. */
function rewrittenHogs(seconds: number): readonly CheckedCase[] {
  const short = limitOf({ quotaShares: 10 });
  const long = limitOf({ quotaShares: 10, periodMs: 1000 });
  const rewritten = (
    what: string,
    everySeconds: number | undefined,
    [limit, other]: readonly [CpuLimit, CpuLimit],
  ): CheckedCase => {
    const lasting = Math.max(seconds, (4 * limit.periodMs) / 1000);
    return {
      what: `hog, ${what} ${everySeconds === undefined ? "never" : `each ${everySeconds * 1000} ms`}`,
      groups: [{ limit, load: hog }],
      settleSeconds: 1,
      seconds: lasting,
      writes: everySeconds === undefined ? [] : alternately(everySeconds, lasting, [other, limit]),
      figures: usedPercent,
    };
  };
  const quotas = [short, { ...short, quotaShares: 10.001 }] as const;
  const longQuotas = [long, { ...long, quotaShares: 10.001 }] as const;
  return [
    ...[undefined, 1, 0.5, 0.1, 0.05, 0.02, 0.01].map((every) =>
      rewritten("10/100 ms, quota written", every, quotas),
    ),
    ...[undefined, 1, 0.5].map((every) =>
      rewritten("100 ms/1 s, quota written", every, longQuotas),
    ),
    rewritten("10/100 ms, burst written", 0.05, [short, { ...short, burstShares: 0.1 }]),
    rewritten("10/100 ms, weight written", 0.05, [short, { ...short, weight: 200 }]),
  ];
}

const alternately = (
  everySeconds: number,
  seconds: number,
  limits: readonly [CpuLimit, CpuLimit],
): readonly PlannedWrite[] =>
  Array.from({ length: Math.round(seconds / everySeconds) }, (_, index) => ({
    atSeconds: index * everySeconds,
    limit: limits[index % 2 === 0 ? 0 : 1],
  }));

/** Where the first new period begins: nowhere before the old one has ended. */
const changedPeriods = (): readonly CheckedCase[] => {
  const long = limitOf({ quotaShares: 10, periodMs: 1000 });
  const short = limitOf({ quotaShares: 10 });
  const changed = (what: string, from: CpuLimit, to: CpuLimit): CheckedCase => ({
    what: `hog, period ${what}`,
    groups: [{ limit: from, load: hog }],
    settleSeconds: 1.3,
    seconds: 1,
    writes: [{ atSeconds: 0, limit: to }],
    figures: usedPercent,
  });
  return [changed("from 1 s to 100 ms", long, short), changed("from 100 ms to 1 s", short, long)];
};

/** Needs of 15 and 75 ms in turn; and eight of 20 ms, then four of 60. */
function uneven(seconds: number): readonly CheckedCase[] {
  const run = (what: string, cycleMs: readonly number[], limit: CpuLimit): CheckedCase => ({
    what,
    groups: [{ limit, load: { kind: "jobs", jobs: inTurn(cycleMs, seconds) } }],
    seconds,
    figures: throttlingAndDelays,
  });
  const two = [15, 75];
  const twelve = [20, 20, 20, 20, 20, 20, 20, 20, 60, 60, 60, 60];
  return [
    run("15 and 75 ms, 50/100 ms", two, limitOf({ quotaShares: 50 })),
    run("15 and 75 ms, 50/100 ms, burst 50", two, limitOf({ quotaShares: 50, burstShares: 50 })),
    run("20 and 60 ms, 35/100 ms", twelve, limitOf({ quotaShares: 35 })),
    run("20 and 60 ms, 35/100 ms, burst 35", twelve, limitOf({ quotaShares: 35, burstShares: 35 })),
    run("20 and 60 ms, 350 ms/1 s", twelve, limitOf({ quotaShares: 35, periodMs: 1000 })),
    run(
      "20 and 60 ms, 350 ms/1 s, burst 350",
      twelve,
      limitOf({ quotaShares: 35, burstShares: 35, periodMs: 1000 }),
    ),
  ];
}

const inTurn = (cycleMs: readonly number[], seconds: number): readonly Job[] =>
  Array.from({ length: Math.round(seconds * 10) }, (_, index) => ({
    atSeconds: index / 10,
    coreSeconds: (cycleMs[index % cycleMs.length] ?? 0) / 1000,
  }));

function throttlingAndDelays([first]: readonly MeasuredGroup[]) {
  const { periods = 0, throttledPeriods = 0, delaysMs = [] } = first ?? {};
  return {
    "throttled, % of periods": (100 * throttledPeriods) / Math.max(1, periods),
    ...delays(delaysMs),
  };
}

const delays = (delaysMs: readonly number[]) => ({
  "p50 delay, ms": percentile(delaysMs, 50),
  "p90 delay, ms": percentile(delaysMs, 90),
  "p99 delay, ms": percentile(delaysMs, 99),
});

/** On one core; whatever else runs there takes from both. */
function weighed(seconds: number): readonly CheckedCase[] {
  const shareOfFirst = ([first, second]: readonly MeasuredGroup[]) => {
    const [a = 0, b = 0] = [first?.usedPercent, second?.usedPercent];
    return { "first's share of both, %": (100 * a) / (a + b) };
  };
  const pair = (what: string, limits: readonly Partial<CpuLimit>[]): CheckedCase => ({
    what: `two hogs on one core, ${what}`,
    groups: limits.map((limit) => ({ limit: limitOf(limit), load: hog })),
    oneCore: true,
    settleSeconds: 0.5,
    seconds,
    figures: shareOfFirst,
  });
  return [
    pair("weights 300 and 100", [{ weight: 300 }, { weight: 100 }]),
    pair("equal weights, quotas 90 and 30", [{ quotaShares: 90 }, { quotaShares: 30 }]),
  ];
}

/** Nothing, then half a second of work at once, again and again. */
function stepped(times: number): readonly CheckedCase[] {
  const apartSeconds = 3;
  const jobs = Array.from({ length: times }, (_, index) => ({
    atSeconds: 0.517 + index * (apartSeconds + 0.037),
    coreSeconds: 0.5,
  }));
  const step = (what: string, limit: CpuLimit): CheckedCase => ({
    what: `a step of 500 ms of work, ${what}`,
    groups: [{ limit, load: { kind: "jobs", jobs } }],
    seconds: times * apartSeconds,
    figures: ([first]) => ({ "p50 delay, ms": percentile(first?.delaysMs ?? [], 50) }),
  });
  return [
    step("30/100 ms", limitOf({ quotaShares: 30 })),
    step("30/100 ms, burst 30", limitOf({ quotaShares: 30, burstShares: 30 })),
    step("300 ms/1 s, burst 300", limitOf({ quotaShares: 30, burstShares: 30, periodMs: 1000 })),
  ];
}

/** Requests of 10 ms that know nothing of each other, 26 a second: the same ones on both sides. */
function requested(seconds: number): readonly CheckedCase[] {
  const random = new Random("model-check");
  const jobs: Job[] = [];
  for (let at = random.exponential(1 / 26); at < seconds; at += random.exponential(1 / 26)) {
    jobs.push({ atSeconds: at, coreSeconds: 0.01 });
  }
  const run = (what: string, limit: CpuLimit): CheckedCase => ({
    what: `26 requests a second, ${what}`,
    groups: [{ limit, load: { kind: "jobs", jobs } }],
    seconds,
    figures: throttlingAndDelays,
  });
  return [
    run("35/100 ms", limitOf({ quotaShares: 35 })),
    run("35/100 ms, burst 35", limitOf({ quotaShares: 35, burstShares: 35 })),
    run("300 ms/1 s, burst 300", limitOf({ quotaShares: 30, burstShares: 30, periodMs: 1000 })),
  ];
}
