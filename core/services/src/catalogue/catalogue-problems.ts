/** What is wrong with a wish, in the words that clients of the published framework look for. */
import { err, parseStructureName, type Result, type StructureName } from "@sc/domain";
import type { ApiProblem, CatalogueKind } from "@sc/ports";
import { type CatalogueState, type DeclaredKind, kindOf, revisionOf } from "./catalogue-state.ts";

export function nameIn(text: string): Result<StructureName, ApiProblem> {
  const name = parseStructureName(text);
  return name.ok ? name : err({ code: name.error.code, detail: name.error.message });
}

/** As what people call each kind of document. */
export const kindInViews = {
  "declared-host": "host",
  subscription: "container",
  application: "application",
  user: "user",
} as const satisfies Record<DeclaredKind, CatalogueKind>;

export const unknownStructure = (
  name: string,
  kinds: readonly CatalogueKind[] = Object.values(kindInViews),
): ApiProblem => ({
  code: "SC_STRUCTURE_UNKNOWN",
  detail: `${kinds.join(" or ")} ${name} not found: nobody declared it`,
});

/** Whether the name is another's, of whatever kind. */
export function takenName(state: CatalogueState, name: StructureName): ApiProblem | undefined {
  const kind = kindOf(state, name);
  if (kind === undefined) return undefined;
  if (state.subscription.get(name)?.content.joining !== undefined) {
    const detail = `container ${name} is being subscribed just now: ask again`;
    return { code: "SC_SUBSCRIPTION_REFUSED", detail };
  }
  const subject =
    kind === "user" ? `User '${name}'` : `Structure ${kindInViews[kind]} with name ${name}`;
  return { code: "SC_STRUCTURE_EXISTS", detail: `${subject} already exists` };
}

export function staleProblem(
  state: CatalogueState,
  subject: { readonly kind: DeclaredKind; readonly name: StructureName },
  expected: number | undefined,
): ApiProblem | undefined {
  const revision = revisionOf(state, subject);
  if (expected === undefined || expected === revision) return undefined;
  const what = `${kindInViews[subject.kind]} ${subject.name}`;
  const detail = `nothing was changed: ${what} has revision ${revision}, not ${expected}`;
  return { code: "SC_STORE_STALE_REVISION", detail };
}

export const outOfRange = (field: string, detail: string): ApiProblem => ({
  code: "SC_VALUE_OUT_OF_RANGE",
  field,
  detail,
});

export const missingResource = (resource: string, name: string): ApiProblem => ({
  code: "SC_RESOURCE_MISSING",
  detail: `Resource '${resource}' is missing in structure ${name}`,
});

/** More than any host has of anything, and a number every client can hold. */
const amountMost = 1_000_000_000;

/** The first of these that is no amount. */
export function checkAmounts(
  place: string,
  amounts: Readonly<Record<string, number | undefined>>,
): ApiProblem | undefined {
  for (const [key, value] of Object.entries(amounts)) {
    if (value === undefined || (value >= 0 && value <= amountMost)) continue;
    const field = `${place}.${key}`;
    return outOfRange(field, `${field} is ${value}, it must be from 0 to ${amountMost}`);
  }
  return undefined;
}

export interface Band {
  readonly min: number;
  readonly max: number;
  /** It must lie between them where it is there. */
  readonly current?: number | undefined;
}

/** Whether these make a band: amounts, min at most max, and what is held inside. */
export function checkBand(
  place: string,
  { min, max, current }: Band,
  changed: string,
): ApiProblem | undefined {
  const amounts = checkAmounts(place, { min, max, current });
  if (amounts !== undefined) return amounts;
  if (min > max) {
    return outOfRange(`${place}.${changed}`, `${place}: min ${min} must be at most max ${max}`);
  }
  if (current !== undefined && (current < min || current > max)) {
    const detail = `${place}: current ${current} must be from min ${min} to max ${max}`;
    return outOfRange(`${place}.${changed}`, detail);
  }
  return undefined;
}

const percentMost = 100;

export function checkPercent(place: string, percent: number | undefined): ApiProblem | undefined {
  if (percent === undefined || (percent >= 0 && percent <= percentMost)) return undefined;
  const field = `${place}.boundaryPercent`;
  return outOfRange(field, `${field} is ${percent}, it must be from 0 to ${percentMost}`);
}
