import type { ScalingRequest } from "../../messages/messages.ts";
import type { Resource } from "../../structure/resource.ts";
import type { StructureName } from "../../structure/structure-name.ts";

/** How much the containers of a group may still get together. */
export interface BudgetLeft {
  readonly group: StructureName;
  readonly left: number;
}

/** What the groups a container belongs to have left; none = it is in none. */
export type AskBudgets = (name: StructureName, resource: Resource) => readonly BudgetLeft[];

/** What groups have left while one plan is made: a growth takes from all its container is in. */
export class Budgets {
  readonly #ask: AskBudgets | undefined;
  readonly #taken = new Map<string, number>();

  constructor(ask: AskBudgets | undefined) {
    this.#ask = ask;
  }

  /** The one that has least left; `undefined` = it is in none. */
  tightest(request: ScalingRequest): BudgetLeft | undefined {
    let tightest: BudgetLeft | undefined;
    for (const { group, left } of this.#of(request)) {
      const now = left - (this.#taken.get(keyOf(group, request)) ?? 0);
      if (tightest === undefined || now < tightest.left) tightest = { group, left: now };
    }
    return tightest;
  }

  take(request: ScalingRequest, amount: number): void {
    for (const { group } of this.#of(request)) {
      const key = keyOf(group, request);
      this.#taken.set(key, (this.#taken.get(key) ?? 0) + amount);
    }
  }

  #of({ structure, resource }: ScalingRequest): readonly BudgetLeft[] {
    return this.#ask?.(structure, resource) ?? [];
  }
}

const keyOf = (group: StructureName, { resource }: ScalingRequest): string =>
  `${resource} ${group}`;
