import type { ExperimentReport, Replay } from "@sc/contracts";

/** Half of a day, of which the container was never limited. */
export const replayed: Replay = {
  structure: "web",
  resource: "cpu",
  policy: "burst-quota",
  brakes: "configured",
  min: 10,
  max: 200,
  from: 1000,
  to: 87_400,
  stepSeconds: 1,
  coverage: { seconds: 43_200, ratio: 0.5 },
  was: {
    used: 4320,
    allocated: 86_400,
    utilization: 0.05,
    changesPerMinute: 0,
    meanLimit: null,
    peakLimit: null,
    throttledRatio: 0,
  },
  wouldHaveBeen: {
    used: 4321.26,
    allocated: 4801.4,
    utilization: 0.9,
    changesPerMinute: 0.125,
    meanLimit: 11.04,
    peakLimit: 200,
    throttledRatio: 0.0012,
    p99BacklogMs: 1.26,
  },
  notes: ["50 % of the time is not known and was left out, not taken as zero"],
};

/** What one container did in ten minutes. */
export function reportFor(question: {
  readonly experiment: string;
  readonly test?: string | undefined;
}): ExperimentReport {
  const cpu = { used: 480, allocated: 600, reserved: 2400, utilization: 0.8 };
  const mem = { used: 0, allocated: 0, reserved: 0 };
  return {
    ...{ experimentId: question.experiment, testName: question.test, username: "ana" },
    ...{ from: 1000, to: 1600, seconds: 600 },
    structures: [{ structure: "web", missing: 0.25, resources: { cpu, mem } }],
  };
}
