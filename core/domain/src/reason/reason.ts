/** Why something was done or not done: a stable word for programs, a sentence for people. */
export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
}

/** Every reason the product can give; `docs/glossary.md` explains each. */
export type ReasonCode =
  // asked for by policy
  | "usage-above-upper"
  | "usage-below-lower"
  | "no-data-for-long"
  | "waits-for-memory"
  | "bucket-runs-low"
  | "bucket-stays-full"
  | "period-shortened"
  // held by policy
  | "inside-band"
  | "bucket-in-use"
  | "start-up"
  | "not-enough-events"
  | "no-data"
  | "no-window-yet"
  | "sampling-gap"
  | "frozen"
  | "at-max"
  | "at-min"
  | "not-in-auto"
  | "recommend-only"
  | "no-policy"
  | "policy-unknown"
  // held by a brake
  | "learning"
  | "settling"
  | "shrink-too-fast"
  | "host-shrinks-too-many"
  | "held-after-refusals"
  | "held-after-restart"
  | "held-after-kill"
  | "held-after-take-up"
  | "quarantined"
  | "superseded"
  | "scaler-inactive"
  // held or refused for the host
  | "host-full"
  | "host-overcommitted"
  | "host-pressure"
  | "paused"
  | "agent-stopping"
  | "lease-lapsed"
  | "stale-order"
  | "unknown-structure"
  | "below-min"
  | "above-max"
  | "no-journal"
  | "no-lease"
  | "write-pending"
  | "kernel-refused"
  | "never-touch"
  | "gone"
  | "unchanged"
  | "memory-in-use"
  // done by hand or by the agent itself
  | "asked-by-person"
  | "taken-on"
  | "released"
  | "drift-repaired"
  | "drift-adopted"
  | "drift-held"
  | "recovered"
  | "cut-to-brake"
  | "cut-to-host"
  | "safe-limit"
  | "memory-wait-on"
  | "memory-wait-off";

export const reason = (code: ReasonCode, text: string): Reason => ({ code, text });
