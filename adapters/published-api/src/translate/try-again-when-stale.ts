import type { Result } from "@sc/domain";
import type { ApiProblem } from "@sc/ports";

/** Clients that changed the same document at the same time are served one after another. */
const triesMost = 20;

/** Published clients know no revisions: what they ask for is made anew of what is there by then. */
export async function tryAgainWhenStale<Value>(
  change: () => Promise<Result<Value, ApiProblem>>,
): Promise<Result<Value, ApiProblem>> {
  let outcome = await change();
  for (let tries = 1; tries < triesMost && isStale(outcome); tries += 1) outcome = await change();
  return outcome;
}

const isStale = (outcome: Result<unknown, ApiProblem>): boolean =>
  !outcome.ok && outcome.error.code === "SC_STORE_STALE_REVISION";
