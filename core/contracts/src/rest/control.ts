import { type Static, Type } from "typebox";
import { structureSchema } from "./structures.ts";
import {
  boundaryOfSchema,
  list,
  modeSchema,
  numberOrNull,
  reasonSchema,
  resourceSchema,
} from "./values.ts";

const closed = { additionalProperties: false };

export const modeUpdateSchema = Type.Object(
  {
    mode: modeSchema,
    /** Default: cpu alone. */
    resources: Type.Optional(Type.Array(resourceSchema, { minItems: 1, uniqueItems: true })),
  },
  closed,
);
export type ModeUpdate = Static<typeof modeUpdateSchema>;

export const modeQuerySchema = Type.Object(
  { dryRun: Type.Optional(Type.Enum(["true", "false"])) },
  closed,
);

/** Ranges are judged inside, where the host and what is in force are known. */
export const limitsUpdateSchema = Type.Object(
  {
    resource: resourceSchema,
    min: Type.Optional(Type.Number()),
    max: Type.Optional(Type.Number()),
    boundaryPercent: Type.Optional(Type.Number()),
    boundaryOf: Type.Optional(boundaryOfSchema),
    priority: Type.Optional(Type.Number()),
    policy: Type.Optional(Type.String({ examples: ["serverless-rules", "percentile"] })),
  },
  closed,
);
export type LimitsUpdate = Static<typeof limitsUpdateSchema>;

export const policyListSchema = Type.Object({
  policies: list(
    Type.Object({
      name: Type.String(),
      resource: resourceSchema,
      isDefault: Type.Boolean(),
    }),
  ),
});
export type PolicyList = Static<typeof policyListSchema>;

/** Where nothing has to be said: nothing, or an object without keys. */
export const nothingSchema = Type.Union([Type.Null(), Type.Object({}, closed)]);
export const noQuerySchema = Type.Object({}, closed);

export const modePreviewSchema = Type.Object({
  structure: Type.String(),
  resource: resourceSchema,
  mode: modeSchema,
  current: numberOrNull,
  firstLimit: numberOrNull,
  firstShrinkInSeconds: Type.Number(),
  min: Type.Number(),
  max: Type.Number(),
  lower: Type.Number(),
  upper: Type.Number(),
  reason: reasonSchema,
});
export type ModePreview = Static<typeof modePreviewSchema>;

export const settingsOutcomeSchema = Type.Object({
  structure: structureSchema,
  warnings: list(Type.String()),
});
export type SettingsOutcome = Static<typeof settingsOutcomeSchema>;

export const pauseOutcomeSchema = Type.Object({
  isPaused: Type.Boolean(),
  structures: list(Type.String()),
  warnings: list(Type.String()),
});
export type PauseOutcome = Static<typeof pauseOutcomeSchema>;

export const releaseReportSchema = Type.Object({
  released: list(Type.String()),
  unchanged: list(Type.String()),
  failed: list(Type.Object({ structure: Type.String(), reason: reasonSchema })),
});
export type ReleaseReport = Static<typeof releaseReportSchema>;
