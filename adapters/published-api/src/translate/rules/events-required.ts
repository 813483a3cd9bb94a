import { fieldIn } from "../published-document.ts";

type Direction = "up" | "down";

/** A condition with another number of events of one direction, and whether these use the events up. */
export interface EventsRequired {
  readonly condition: unknown;
  readonly isFloor: boolean;
}

/**
 * The clause about events of this direction with another number. Where there is none, one is added, as
 * the original does not: what a client asked for would be answered with success and be nowhere.
 */
export function withEventsRequired(
  condition: unknown,
  direction: Direction,
  { count, isOwnDirection }: { readonly count: number; readonly isOwnDirection: boolean },
): EventsRequired {
  const all = fieldIn(condition, "and");
  const clauses: readonly unknown[] = Array.isArray(all) ? all : [condition];
  const at = clauses.findIndex((clause) => operatorAbout(clause, direction) !== undefined);
  const operator = operatorAbout(clauses[at], direction) ?? (isOwnDirection ? ">=" : "<=");
  const clause = { [operator]: [{ var: pathOf(direction) }, count] };
  const changed = at < 0 ? [...clauses, clause] : clauses.with(at, clause);
  const [only] = changed;
  return {
    condition: changed.length === 1 && !Array.isArray(all) ? only : { and: changed },
    isFloor: operator.startsWith(">"),
  };
}

const pathOf = (direction: Direction): string => `events.scale.${direction}`;

/** `>=` of `{ ">=": [{ var: "events.scale.up" }, 2] }`. */
function operatorAbout(clause: unknown, direction: Direction): string | undefined {
  if (typeof clause !== "object" || clause === null) return undefined;
  const [operator, ...others] = Object.keys(clause);
  if (operator === undefined || others.length > 0) return undefined;
  const operands = fieldIn(clause, operator);
  const first: unknown = Array.isArray(operands) ? operands[0] : undefined;
  return fieldIn(first, "var") === pathOf(direction) ? operator : undefined;
}
