import type { RuleView, SettingsView } from "./live-documents.ts";
import type { ChangeView, ContainerView, EventView, RequestView } from "./orchestration.ts";

export const streamTopics = [
  "structures",
  "events",
  "requests",
  "changes",
  "rules",
  "settings",
] as const;
export type StreamTopic = (typeof streamTopics)[number];

/** What happens, as it happens, for faces that push. */
export interface LiveStream {
  /**
   * Calls back for each message from now on, after those with a number above `after` that are still
   * known (the newest 1 000). A listener must not wait: what is slow is the face's to cut off.
   */
  listen(
    question: {
      readonly topics: readonly StreamTopic[];
      readonly structure?: string | undefined;
      readonly after?: number | undefined;
    },
    onMessage: (message: StreamMessage) => void,
  ): { cancel(): void };
}

export type StreamMessage = {
  /** Strictly growing; 0 for `structures`, which are never sent again. */
  readonly number: number;
} & (
  | { readonly topic: "structures"; readonly data: readonly ContainerView[] }
  | { readonly topic: "events"; readonly data: EventView }
  | { readonly topic: "requests"; readonly data: RequestView }
  | { readonly topic: "changes"; readonly data: ChangeView }
  | {
      readonly topic: "rules";
      readonly data: RuleView | { readonly name: string; readonly isRemoved: true };
    }
  | { readonly topic: "settings"; readonly data: SettingsView }
);
