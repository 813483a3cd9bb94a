/** A bug, not a bad day: something the code itself guarantees did not hold. */
export class InvariantBroken extends Error {
  readonly code = "SC_INVARIANT_BROKEN";
}

/**
 * States what must hold. While deciding for one structure a broken invariant quarantines that
 * structure; on the ledger or the journal it ends the process, which comes back and recovers.
 */
export function invariant(condition: boolean, mustHold: string): asserts condition {
  if (!condition) throw new InvariantBroken(mustHold);
}

/** The default branch of a switch over a union: reached only if a case was forgotten. */
export function assertNever(value: never): never {
  throw new InvariantBroken(`no case for ${JSON.stringify(value)}`);
}
