import { Type } from "typebox";
import type { Change, Event, Request } from "./history.ts";
import type { Rule } from "./rules.ts";
import type { Settings } from "./service-settings.ts";
import type { Structure } from "./structures.ts";

/** What can be followed while it happens. */
export const streamTopics = [
  "structures",
  "events",
  "requests",
  "changes",
  "rules",
  "settings",
] as const;
export type StreamTopic = (typeof streamTopics)[number];

const topic = `(${streamTopics.join("|")})`;
export const streamQuerySchema = Type.Object(
  {
    topics: Type.Optional(
      Type.String({
        pattern: `^${topic}(,${topic})*$`,
        expected: `one or more of ${streamTopics.join(", ")}, joined by commas`,
        description: "What to follow, joined by commas; default: everything.",
      }),
    ),
    structure: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

/** What travels as `data` of an event, by the event's name. */
export interface StreamData {
  readonly structures: readonly Structure[];
  readonly events: Event;
  readonly requests: Request;
  readonly changes: Change;
  readonly rules: Rule | { readonly name: string; readonly isRemoved: true };
  readonly settings: Settings;
}

export type StreamMessage = {
  readonly [Topic in StreamTopic]: {
    readonly topic: Topic;
    /** What a later stream may begin after; `undefined` of `structures`, which are never sent again. */
    readonly number: number | undefined;
    readonly data: StreamData[Topic];
  };
}[StreamTopic];
