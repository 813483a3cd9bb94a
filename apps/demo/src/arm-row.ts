import type { Structure } from "@sc/contracts";

/** What is kept of one arm. Times in seconds, `used` and `allocated` in core-seconds, of both containers. */
export interface ArmRow {
  readonly arm: "fixed" | "scaled";
  readonly runSeconds: number;
  readonly used: number;
  readonly allocated: number;
  /** used ÷ allocated. */
  readonly utilization: number;
  readonly throttledSeconds: number;
  readonly changes: number;
}

export interface DemoResult {
  readonly containers: "lxc" | "plain-cgroups" | "simulated";
  readonly rows: readonly ArmRow[];
}

/** What the table is made of, of one container. */
export type CpuAccounts = Pick<
  Structure["accounting"],
  "watchedSeconds" | "usedCoreSeconds" | "allocatedCoreSeconds" | "throttledSeconds" | "changes"
>;

/** One container's accounts at the beginning and at the end of a run. */
export interface Accounts {
  readonly before: CpuAccounts;
  readonly after: CpuAccounts;
  /** The limit at the end, in shares. */
  readonly finalShares: number;
}

/**
 * What the containers used and held during the run. The last reading comes up to a sampling period after
 * the run; what was held in that time is taken off, or the arm that is sampled less often would pay
 * for it.
 */
export function armRow(options: {
  readonly arm: ArmRow["arm"];
  readonly runSeconds: number;
  readonly accounts: readonly Accounts[];
}): ArmRow {
  const { arm, runSeconds, accounts } = options;
  const sum = (figure: (of: Accounts) => number): number =>
    accounts.reduce((total, of) => total + figure(of), 0);
  const used = sum(({ before, after }) => after.usedCoreSeconds - before.usedCoreSeconds);
  const allocated = sum(({ before, after, finalShares }) => {
    const lateSeconds = Math.max(0, after.watchedSeconds - before.watchedSeconds - runSeconds);
    const held = after.allocatedCoreSeconds - before.allocatedCoreSeconds;
    return held - (finalShares / 100) * lateSeconds;
  });
  return {
    arm,
    runSeconds: rounded(runSeconds),
    used: rounded(used),
    allocated: rounded(allocated),
    utilization: allocated > 0 ? rounded(used / allocated) : 0,
    throttledSeconds: rounded(
      sum(({ before, after }) => after.throttledSeconds - before.throttledSeconds),
    ),
    changes: sum(({ before, after }) => after.changes - before.changes),
  };
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
