import { type CpuLimit, grantedShares } from "../structure/cpu-limit.ts";
import type { ComputeResource } from "../structure/resource.ts";
import { sharesToCoreSeconds } from "../units/cpu.ts";

/** Integrals of one resource: core-seconds of cpu, MiB-seconds of memory. */
export interface Integrals {
  readonly used: number;
  readonly allocated: number;
  /** What a fixed instance of `max` would have taken. */
  readonly reserved: number;
}

/** Integrals over the time a container was watched. */
export interface Accounting {
  readonly watchedSeconds: number;
  readonly cpu: Integrals;
  readonly mem: Integrals;
  readonly throttledSeconds: number;
  readonly changes: number;
}

const nothing: Integrals = { used: 0, allocated: 0, reserved: 0 };

export const emptyAccounting: Accounting = {
  watchedSeconds: 0,
  cpu: nothing,
  mem: nothing,
  throttledSeconds: 0,
  changes: 0,
};

/** One window between two readings of cpu. A container without a limit is allocated its max. */
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
    ...accounting,
    watchedSeconds: accounting.watchedSeconds + seconds,
    cpu: {
      used: accounting.cpu.used + usedCoreSeconds,
      allocated:
        accounting.cpu.allocated + sharesToCoreSeconds(grantedShares(limit, maxShares), seconds),
      reserved: accounting.cpu.reserved + sharesToCoreSeconds(maxShares, seconds),
    },
  };
}

/** The same of memory; `usedMib` is what was in use at the window's end. */
export function accountMemory(
  accounting: Accounting,
  window: {
    readonly seconds: number;
    readonly usedMib: number;
    /** `null` = no limit. */
    readonly limitMib: number | null;
    readonly maxMib: number;
  },
): Accounting {
  const { seconds, usedMib, limitMib, maxMib } = window;
  const { used, allocated, reserved } = accounting.mem;
  return {
    ...accounting,
    mem: {
      used: used + usedMib * seconds,
      allocated: allocated + (limitMib ?? maxMib) * seconds,
      reserved: reserved + maxMib * seconds,
    },
  };
}

/** One change of cpu, and what its writes handed out at once, in share-seconds (`handedOutBy`). */
export function accountChange(accounting: Accounting, handedOut: number): Accounting {
  const allocated = accounting.cpu.allocated + sharesToCoreSeconds(1, handedOut);
  return {
    ...accounting,
    cpu: { ...accounting.cpu, allocated },
    changes: accounting.changes + 1,
  };
}

/** Memory is not handed out anew by a write. */
export const accountMemoryChange = (accounting: Accounting): Accounting => ({
  ...accounting,
  changes: accounting.changes + 1,
});

/** Used ÷ allocated; `undefined` while nothing was allocated. */
export function utilization(accounting: Accounting, resource: ComputeResource): number | undefined {
  const { used, allocated } = accounting[resource];
  return allocated > 0 ? used / allocated : undefined;
}
