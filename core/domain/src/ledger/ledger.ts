import { invariant } from "../invariant.ts";
import type { ContainerId } from "../structure/container.ts";

/**
 * A host's book of cpu: what is granted to whom. It counts what we hold, the limits of containers in
 * auto; what everything else uses is taken off what may be granted.
 */
export interface Ledger {
  readonly grants: ReadonlyMap<ContainerId, number>;
  readonly grantedShares: number;
}

export const emptyLedger: Ledger = { grants: new Map(), grantedShares: 0 };

export function withGrant(ledger: Ledger, id: ContainerId, shares: number): Ledger {
  invariant(Number.isFinite(shares) && shares >= 0, "a grant is a number of shares, not negative");
  const grants = new Map(ledger.grants);
  grants.set(id, shares);
  return ledgerOf(grants);
}

export function withoutGrant(ledger: Ledger, id: ContainerId): Ledger {
  if (!ledger.grants.has(id)) return ledger;
  const grants = new Map(ledger.grants);
  grants.delete(id);
  return ledgerOf(grants);
}

/** Summed anew each time: a running sum would drift with rounding and could not be trusted. */
function ledgerOf(grants: ReadonlyMap<ContainerId, number>): Ledger {
  let grantedShares = 0;
  for (const shares of grants.values()) grantedShares += shares;
  return { grants, grantedShares };
}

export interface HostCapacity {
  readonly totalShares: number;
  /** Share of the host that is never granted, 0 to 90 percent. */
  readonly reservePercent: number;
  /** How often the capacity may be granted; 1 = once. */
  readonly overcommit: number;
  /** What everything outside auto uses; `undefined` until it was measured. */
  readonly outsideShares: number | undefined;
}

/**
 * What may be granted in all, in shares. Missing is not zero: while nothing is known of the use outside,
 * no more is granted than is.
 */
export function grantableShares(capacity: HostCapacity, ledger: Ledger): number {
  const { totalShares, reservePercent, overcommit, outsideShares } = capacity;
  if (outsideShares === undefined) return ledger.grantedShares;
  const kept = totalShares * (1 - reservePercent / 100);
  return Math.max(0, (kept - outsideShares) * overcommit);
}
