import { invariant } from "../invariant.ts";
import type { ContainerId } from "../structure/container.ts";
import type { Resource } from "../structure/resource.ts";

/**
 * A host's book of one resource: what is granted to whom, in the resource's unit. It counts what we hold,
 * the limits of containers in auto; what everything else uses is taken off what may be granted.
 */
export interface Ledger {
  readonly grants: ReadonlyMap<ContainerId, number>;
  readonly granted: number;
}

export const emptyLedger: Ledger = { grants: new Map(), granted: 0 };

export function withGrant(ledger: Ledger, id: ContainerId, amount: number): Ledger {
  invariant(Number.isFinite(amount) && amount >= 0, "a grant is an amount, not negative");
  const grants = new Map(ledger.grants);
  grants.set(id, amount);
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
  let granted = 0;
  for (const amount of grants.values()) granted += amount;
  return { grants, granted };
}

export interface HostCapacity {
  readonly total: number;
  /** What is never granted. */
  readonly reserve: number;
  /** How often the capacity may be granted; 1 = once. */
  readonly overcommit: number;
  /** What everything outside auto uses; `undefined` until it was measured. */
  readonly outside: number | undefined;
}

/**
 * What may be granted in all. Missing is not zero: while nothing is known of the use outside, no more is
 * granted than is.
 */
export function grantable(capacity: HostCapacity, ledger: Ledger): number {
  const { total, reserve, overcommit, outside } = capacity;
  if (outside === undefined) return ledger.granted;
  return Math.max(0, (total - reserve - outside) * overcommit);
}

/** From this size on a host keeps so much memory for itself, whatever the percentage says. */
const largeHostMib = 8192;
const leastMemReserveMib = 2048;

/**
 * What is kept back of a resource, in its unit. A small share of memory is too little for a host to live
 * on; who says 0 percent means none.
 */
export function reserveOf(resource: Resource, total: number, percent: number): number {
  const share = (total * percent) / 100;
  if (share === 0) return 0;
  return resource === "mem" && total >= largeHostMib ? Math.max(share, leastMemReserveMib) : share;
}
