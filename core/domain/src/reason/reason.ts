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
  | "memory-needed"
  | "memory-unneeded"
  | "cache-read-again"
  | "memory-leak-suspected"
  | "user-policy"
  | "quota-to-max"
  | "weight-follows-use"
  | "limit-reached"
  | "use-of-days"
  | "above-fair-share"
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
  | "cache-does-not-pay"
  | "at-max"
  | "at-min"
  | "not-in-auto"
  | "recommend-only"
  | "no-policy"
  | "led-by-application"
  | "resource-not-guarded"
  | "policy-unknown"
  | "policy-starting"
  | "policy-late"
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
  | "group-full"
  | "above-group-max"
  | "given-to-sibling"
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
  | "cores-follow"
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

/** Its sentence is made when somebody reads it: thousands a second are given, and few are looked at. */
export class LateReason<Code extends ReasonCode> implements Reason {
  readonly code: Code;
  readonly #tell: (code: Code) => string;

  constructor(code: Code, tell: (code: Code) => string) {
    this.code = code;
    this.#tell = tell;
  }

  get text(): string {
    return this.#tell(this.code);
  }

  /** As any other reason, where one leaves the process. */
  toJSON(): Reason {
    return { code: this.code, text: this.text };
  }
}
