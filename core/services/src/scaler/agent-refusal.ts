import {
  type Change,
  type MonotonicSeconds,
  monotonicSeconds,
  type Reason,
  type ReasonCode,
} from "@sc/domain";

/**
 * What an agent refuses for lasts: orders as quick as the samples come would be refused as quickly, each
 * with a line in the history. So many seconds the next is not made; what it waits for may be over sooner.
 */
const lastingSeconds: Partial<Record<ReasonCode, number>> = {
  "drift-held": 5,
  quarantined: 5,
  "write-pending": 1,
};

export interface AgentRefusal {
  readonly reason: Reason;
  readonly until: MonotonicSeconds;
}

/** `undefined` where the order was applied, or the next one may well be. */
export function lastingRefusalOf({ outcome, detail, at }: Change): AgentRefusal | undefined {
  if (outcome !== "refused" || detail === undefined) return undefined;
  const seconds = lastingSeconds[detail.code];
  return seconds === undefined
    ? undefined
    : { reason: detail, until: monotonicSeconds(at + seconds) };
}
