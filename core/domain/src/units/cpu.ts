/** One core is 100 shares, everywhere outside the cgroup adapter. */
export const sharesPerCore = 100;

/** Core-seconds used within a window → the shares that were used on average. */
export const coreSecondsToShares = (coreSeconds: number, windowSeconds: number): number =>
  (coreSeconds / windowSeconds) * sharesPerCore;

/** Shares held for a time → core-seconds. */
export const sharesToCoreSeconds = (shares: number, seconds: number): number =>
  (shares / sharesPerCore) * seconds;
