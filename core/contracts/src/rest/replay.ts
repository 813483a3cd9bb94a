import { type Static, Type } from "typebox";
import { timePattern, timeText } from "./history.ts";
import { computeResourceSchema, list, numberOrNull, whenKnown } from "./values.ts";

/** One type of two names: which one was meant needs no trying. */
const time = Type.Optional(
  Type.Unsafe<number | string>({
    type: ["number", "string"],
    pattern: timePattern,
    expected: timeText,
  }),
);

/** Ranges are judged inside, where the host and what is in force are known. */
export const replayQuestionSchema = Type.Object(
  {
    resource: computeResourceSchema,
    policy: Type.String({ examples: ["serverless-rules"] }),
    /** Default: a day before `to`; at most seven. */
    from: time,
    /** Not included; default now. */
    to: time,
    /** Default: those in force for the structure. */
    min: Type.Optional(Type.Number({ examples: [10] })),
    max: Type.Optional(Type.Number({ examples: [200] })),
    /** Default: configured. */
    brakes: Type.Optional(Type.Enum(["configured", "none"])),
  },
  { additionalProperties: false },
);
export type ReplayQuestion = Static<typeof replayQuestionSchema>;

/** A limit of `null` is no limit; what is not known is left out. */
export const replaySideSchema = Type.Object({
  /** Core-seconds of cpu, MiB-seconds of mem. */
  used: whenKnown(Type.Number()),
  allocated: whenKnown(Type.Number()),
  utilization: whenKnown(Type.Number()),
  changesPerMinute: whenKnown(Type.Number()),
  meanLimit: whenKnown(numberOrNull),
  peakLimit: whenKnown(numberOrNull),
  /** Of what was: share of the time it was throttled; of what would be: of steps of 100 ms. */
  throttledRatio: whenKnown(Type.Number()),
  /** Work left over ÷ limit at the end of a step of 100 ms: 99 % of the steps had no more. */
  p99BacklogMs: whenKnown(Type.Number()),
  kills: whenKnown(Type.Number()),
});
export type ReplaySide = Static<typeof replaySideSchema>;

export const replaySchema = Type.Object({
  structure: Type.String(),
  resource: computeResourceSchema,
  policy: Type.String(),
  brakes: Type.Enum(["configured", "none"]),
  min: Type.Number(),
  max: Type.Number(),
  from: Type.Number(),
  to: Type.Number(),
  /** How long each recorded mean is of. */
  stepSeconds: Type.Number(),
  /** Of how much of the time anything is known; the rest is left out. */
  coverage: Type.Object({ seconds: Type.Number(), ratio: Type.Number() }),
  was: replaySideSchema,
  wouldHaveBeen: replaySideSchema,
  /** What the figures cannot say, in sentences. */
  notes: list(Type.String()),
});
export type Replay = Static<typeof replaySchema>;
