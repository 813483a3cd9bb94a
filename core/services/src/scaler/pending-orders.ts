import {
  byResource,
  type Change,
  type MonotonicSeconds,
  type PlannedOrder,
  type Resource,
  resources,
  type StructureName,
} from "@sc/domain";

/** An answer that has not come after this long is not waited for: the agent may have died. */
const answerTimeoutSeconds = 5;

/** Orders to one host whose answer has not come: a limit gets no second one before. */
export class PendingOrders {
  readonly #pending = byResource(() => new Map<StructureName, Pending>());

  add({ order, growth, onBehalfOf }: PlannedOrder, at: MonotonicSeconds): void {
    const { sequence, structure, target } = order;
    this.#pending[target.resource].set(structure, { sequence, growth, onBehalfOf, at });
  }

  has(name: StructureName, resource: Resource): boolean {
    return this.#pending[resource].has(name);
  }

  /** The order that is waited for, if the change answers it. */
  settle({ structure, resource, sequence }: Change): Pending | undefined {
    const pending = this.#pending[resource];
    const waiting = pending.get(structure);
    if (waiting?.sequence !== sequence) return undefined;
    pending.delete(structure);
    return waiting;
  }

  drop(name: StructureName): void {
    for (const resource of resources) this.#pending[resource].delete(name);
  }

  dropOverdue(at: MonotonicSeconds): void {
    for (const resource of resources) {
      for (const [name, pending] of this.#pending[resource]) {
        if (at - pending.at >= answerTimeoutSeconds) this.#pending[resource].delete(name);
      }
    }
  }

  /** What the order under way may still add to one limit. */
  growthOf(name: StructureName, resource: Resource): number {
    return this.#pending[resource].get(name)?.growth ?? 0;
  }

  /** What the orders under way may still add to what the host has granted. */
  growth(resource: Resource): number {
    let sum = 0;
    for (const pending of this.#pending[resource].values()) sum += pending.growth;
    return sum;
  }
}

interface Pending {
  readonly sequence: number;
  readonly growth: number;
  /** The application whose change it is a share of. */
  readonly onBehalfOf: StructureName | undefined;
  readonly at: MonotonicSeconds;
}
