import type { Change, MonotonicSeconds, PlannedOrder, StructureName } from "@sc/domain";

/** An answer that has not come after this long is not waited for: the agent may have died. */
const answerTimeoutSeconds = 5;

/** Orders whose answer has not come: a structure gets no second one before. */
export class PendingOrders {
  readonly #pending = new Map<StructureName, Pending>();

  add({ order, growthShares }: PlannedOrder, at: MonotonicSeconds): void {
    const { host, sequence, structure } = order;
    this.#pending.set(structure, { host, sequence, growthShares, at });
  }

  has(name: StructureName): boolean {
    return this.#pending.has(name);
  }

  /** Whether the change answers the order that is waited for. */
  settle(change: Change): boolean {
    if (this.#pending.get(change.structure)?.sequence !== change.sequence) return false;
    return this.#pending.delete(change.structure);
  }

  drop(name: StructureName): void {
    this.#pending.delete(name);
  }

  dropOverdue(at: MonotonicSeconds): void {
    for (const [name, pending] of this.#pending) {
      if (at - pending.at >= answerTimeoutSeconds) this.#pending.delete(name);
    }
  }

  /** What the orders under way may still add to a host's granted shares. */
  growthShares(host: string): number {
    let sum = 0;
    for (const pending of this.#pending.values()) {
      if (pending.host === host) sum += pending.growthShares;
    }
    return sum;
  }
}

interface Pending {
  readonly host: string;
  readonly sequence: number;
  readonly growthShares: number;
  readonly at: MonotonicSeconds;
}
