import type { ReasonCode, Resource } from "@sc/domain";

/** What was counted since the start, for monitoring. */
export interface Counters {
  counters(): CountersView;
}

export interface CountersView {
  /** Usage samples the guardian was given. */
  readonly samples: number;
  readonly events: readonly Counted<{ readonly direction: "up" | "down" }>[];
  readonly requests: readonly Counted<{ readonly direction: "up" | "down" }>[];
  /** Requests that did not become an order, by reason. */
  readonly held: readonly Counted<{ readonly code: ReasonCode }>[];
  readonly changes: readonly Counted<{
    readonly outcome: "applied" | "refused" | "noticed";
    readonly author: "policy" | "person" | "agent" | "other-hand";
  }>[];
}

export type Counted<Labels> = Labels & { readonly resource: Resource; readonly count: number };
