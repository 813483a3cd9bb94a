import { assertNever } from "../invariant.ts";
import type { Change, ResourceEvent, ScalingRequest } from "../messages/messages.ts";
import type { Reason } from "../reason/reason.ts";

/** What happened and is kept: who did or wanted what, and why. */
export type HistoryRecord =
  | { readonly kind: "event"; readonly event: ResourceEvent }
  | {
      readonly kind: "request";
      readonly request: ScalingRequest;
      /** Why it did not become an order, when it did not. */
      readonly held: Reason | undefined;
    }
  | { readonly kind: "change"; readonly change: Change };

export type HistoryRecordKind = HistoryRecord["kind"];

/** What the record is about, with its stamp. */
export function subjectOf(record: HistoryRecord): ResourceEvent | ScalingRequest | Change {
  switch (record.kind) {
    case "event":
      return record.event;
    case "request":
      return record.request;
    case "change":
      return record.change;
    default:
      return assertNever(record);
  }
}
