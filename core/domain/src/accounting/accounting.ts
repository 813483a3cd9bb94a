import { type CpuLimit, grantedShares } from "../structure/cpu-limit.ts";
import { sharesToCoreSeconds } from "../units/cpu.ts";

/** Integrals over the time a container was watched, in core-seconds unless the name says otherwise. */
export interface Accounting {
  readonly watchedSeconds: number;
  readonly usedCoreSeconds: number;
  readonly allocatedCoreSeconds: number;
  /** What a fixed instance of `max` would have taken. */
  readonly reservedCoreSeconds: number;
  readonly throttledSeconds: number;
  readonly changes: number;
}

export const emptyAccounting: Accounting = {
  watchedSeconds: 0,
  usedCoreSeconds: 0,
  allocatedCoreSeconds: 0,
  reservedCoreSeconds: 0,
  throttledSeconds: 0,
  changes: 0,
};

/** One window between two readings. A container without a limit is allocated its max. */
export function accountWindow(
  accounting: Accounting,
  window: {
    readonly seconds: number;
    readonly usedCoreSeconds: number;
    readonly limit: CpuLimit;
    readonly maxShares: number;
  },
): Accounting {
  const { seconds, usedCoreSeconds, limit, maxShares } = window;
  return {
    watchedSeconds: accounting.watchedSeconds + seconds,
    usedCoreSeconds: accounting.usedCoreSeconds + usedCoreSeconds,
    allocatedCoreSeconds:
      accounting.allocatedCoreSeconds +
      sharesToCoreSeconds(grantedShares(limit, maxShares), seconds),
    reservedCoreSeconds: accounting.reservedCoreSeconds + sharesToCoreSeconds(maxShares, seconds),
    throttledSeconds: accounting.throttledSeconds,
    changes: accounting.changes,
  };
}

/**
 * One change. Every write of quota, burst or period hands out up to one more quota at once (kernel.md
 * §1: min(quota, quota + burst − pool)). The pool cannot be read, so the whole quota is charged: what
 * we report as allocated is never less than what was.
 */
export function accountChange(
  accounting: Accounting,
  limit: CpuLimit,
  refills: number,
): Accounting {
  const quotaCoreSeconds =
    limit.quotaShares === null ? 0 : sharesToCoreSeconds(limit.quotaShares, limit.periodMs / 1000);
  return {
    ...accounting,
    allocatedCoreSeconds: accounting.allocatedCoreSeconds + refills * quotaCoreSeconds,
    changes: accounting.changes + 1,
  };
}

/** Used ÷ allocated; `undefined` while nothing was allocated. */
export const utilization = (accounting: Accounting): number | undefined =>
  accounting.allocatedCoreSeconds > 0
    ? accounting.usedCoreSeconds / accounting.allocatedCoreSeconds
    : undefined;
