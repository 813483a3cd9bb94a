import type { RunReport } from "../run/run-report.ts";

/** A run of three steps whose names try to get out of where they stand. */
export const hostileReport: RunReport = {
  policy: "burst-quota",
  source: "a</script><script>alert('1')</script>&\"b\".txt",
  seed: 7,
  seconds: 30,
  period: "own",
  figures: {
    usedCoreSeconds: 12,
    allocatedCoreSeconds: 15,
    utilization: 0.8,
    throttledRatio: 0.015,
    p50BacklogMs: 0,
    p99BacklogMs: 1.25,
    p999BacklogMs: 20.4,
    changesPerMinute: 4,
  },
  curves: {
    stepSeconds: 10,
    used: [40, 35.12345678, null],
    limit: [50, 60, null],
    upper: [45, 54, null],
    lower: [null, null, null],
    backlogMs: [0, 2.5, 0],
  },
  changes: [
    { atSeconds: 10, from: 50, to: 60, code: "scale-up", text: "uses <b>more</b>" },
    { atSeconds: 20.25, from: 60, to: null, code: "release", text: "put back" },
  ],
};
