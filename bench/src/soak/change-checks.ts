import type { Change, ComputeResource } from "@sc/contracts";
import type { Findings } from "./findings.ts";
import type { Band } from "./soak-container.ts";

/** What the one who made the containers knows of one of them. */
export interface Promised {
  readonly madeAt: number;
  readonly unnoticed: { readonly resource: ComputeResource; readonly amount: number }[];
  bandsAt(resource: ComputeResource, at: number): readonly Band[];
  firstAmount(resource: ComputeResource): number;
}

/** Changes so close to the making of a container may be of the one before it under its name. */
const unsureMs = 3000;
/** The kernel keeps whole microseconds and pages. */
const rounding = 0.05;
/** How long ago a change is still looked for that explains a write. */
const rememberedMs = 60_000;

/** Judges every change the server tells, in the order in which it tells them. */
export class ChangeChecks {
  readonly #find: (name: string) => Promised | undefined;
  readonly #findings: Findings;
  /** Where each limit was left by the change before, by name and resource. */
  readonly #left = new Map<string, number>();
  readonly #toldAt = new Map<string, readonly number[]>();
  #applied = 0;

  constructor(find: (name: string) => Promised | undefined, findings: Findings) {
    this.#find = find;
    this.#findings = findings;
  }

  get applied(): number {
    return this.#applied;
  }

  /** Nothing is known of what was before: another process tells from now on. */
  beginAnew(): void {
    this.#left.clear();
    this.#toldAt.clear();
  }

  forget(name: string): void {
    for (const resource of ["cpu", "mem"]) {
      this.#left.delete(`${name} ${resource}`);
      this.#toldAt.delete(`${name} ${resource}`);
    }
  }

  /** Where the changes say that a limit is. */
  left(name: string, resource: ComputeResource): number | undefined {
    return this.#left.get(`${name} ${resource}`);
  }

  /** How many changes were told of it between two times, Unix milliseconds. */
  toldBetween(name: string, resource: ComputeResource, from: number, to: number): number {
    const stamps = this.#toldAt.get(`${name} ${resource}`) ?? [];
    return stamps.filter((at) => at >= from && at <= to).length;
  }

  take(change: Change): void {
    const { author, outcome, reason } = change;
    if (author === "" || reason.code === "" || reason.text === "") {
      this.#report("unexplained", change, "no author or no reason");
    }
    const at = change.stamp * 1000;
    this.#remember(change, at);
    const promised = this.#find(change.structure);
    if (outcome === "refused" || promised === undefined) return;
    if (outcome === "applied") this.#applied += 1;
    if (at < promised.madeAt + unsureMs) {
      this.#left.delete(`${change.structure} ${change.resource}`);
      if (outcome === "noticed") takeNoticed(promised, change);
      return;
    }
    this.#checkChain(change);
    if (outcome === "noticed") this.#checkNoticed(promised, change);
    else this.#checkAmount(promised, change, at);
  }

  #remember({ structure, resource }: Change, at: number): void {
    const key = `${structure} ${resource}`;
    const recent = (this.#toldAt.get(key) ?? []).filter((told) => told > at - rememberedMs);
    this.#toldAt.set(key, [...recent, at]);
  }

  #checkChain(change: Change): void {
    const key = `${change.structure} ${change.resource}`;
    const before = this.#left.get(key);
    const { old } = change;
    if (before !== undefined && typeof old === "number" && Math.abs(before - old) > rounding) {
      this.#report("chain-broken", change, `the change before left ${before}`);
    }
    if (typeof change.new === "number") this.#left.set(key, change.new);
    else this.#left.delete(key);
  }

  /** Another hand must have been there; who makes a container is one, too. */
  #checkNoticed(promised: Promised, change: Change): void {
    if (change.reason.code === "recovered" || takeNoticed(promised, change)) return;
    const first = promised.firstAmount(computeOf(change));
    if (Math.abs(first - (change.new ?? Number.NaN)) <= rounding) return;
    this.#report("no-other-hand", change, "nobody but the server wrote this limit");
  }

  #checkAmount(promised: Promised, change: Change, at: number): void {
    const amount = change.new;
    if (typeof amount !== "number") {
      this.#report("outside-band", change, "no limit at all");
    } else if (change.author === "agent release") {
      const first = promised.firstAmount(computeOf(change));
      if (Math.abs(first - amount) <= rounding || promised.unnoticed.length > 0) return;
      this.#report("not-first-limit", change, `the first limit is ${first}`);
    } else if (change.author !== "agent drift-repair") {
      const bands = promised.bandsAt(computeOf(change), at);
      const isInside = ({ min, max }: Band): boolean =>
        amount >= min - rounding && amount <= max + rounding;
      if (!bands.some(isInside)) {
        this.#report("outside-band", change, `the band is ${JSON.stringify(bands)}`);
      }
    }
  }

  #report(invariant: string, change: Change, why: string): void {
    this.#findings.add(invariant, `${why}: ${JSON.stringify(change)}`);
  }
}

/** Whether another hand was there; it has been told about then. */
function takeNoticed(promised: Promised, change: Change): boolean {
  const index = promised.unnoticed.findIndex(
    ({ resource, amount }) =>
      resource === change.resource && Math.abs(amount - (change.new ?? Number.NaN)) <= rounding,
  );
  if (index >= 0) promised.unnoticed.splice(index, 1);
  return index >= 0;
}

/** The groups of a soak have neither disk nor network of their own. */
function computeOf({ resource }: Pick<Change, "resource">): ComputeResource {
  if (resource === "cpu" || resource === "mem") return resource;
  throw new Error(`nobody scales ${resource} here`);
}
