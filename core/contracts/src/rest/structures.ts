import { type Static, Type } from "typebox";
import { changeSchema } from "./history.ts";
import {
  boundaryOfSchema,
  list,
  modeSchema,
  numberOrNull,
  reasonSchema,
  resourceSchema,
  whenKnown,
} from "./values.ts";

export const resourceStateSchema = Type.Object({
  mode: modeSchema,
  min: Type.Number(),
  max: Type.Number(),
  maxFrom: Type.Enum(["first-limit", "owner"]),
  boundaryPercent: Type.Number(),
  boundaryOf: boundaryOfSchema,
  priority: Type.Number(),
  policy: Type.String(),
  current: whenKnown(numberOrNull),
  first: whenKnown(numberOrNull),
  used: whenKnown(Type.Number()),
  recommended: whenKnown(
    Type.Object({
      limit: Type.Number(),
      seconds: Type.Number(),
      utilization: whenKnown(Type.Number()),
      shortSeconds: Type.Number(),
      changes: Type.Integer(),
    }),
  ),
  upper: whenKnown(Type.Number()),
  lower: whenKnown(Type.Number()),
  caveat: whenKnown(Type.String()),
});
export type ResourceState = Static<typeof resourceStateSchema>;

export const structureSchema = Type.Object({
  name: Type.String(),
  id: Type.String(),
  host: Type.String(),
  engine: Type.String(),
  isPaused: Type.Boolean(),
  isFrozen: Type.Boolean(),
  isLearning: Type.Boolean(),
  watchedSeconds: Type.Number(),
  resources: Type.Object({
    cpu: resourceStateSchema,
    mem: resourceStateSchema,
    disk_read: whenKnown(resourceStateSchema),
    disk_write: whenKnown(resourceStateSchema),
    net: whenKnown(resourceStateSchema),
  }),
  throttledRatio: whenKnown(Type.Number()),
  accounting: Type.Object({
    watchedSeconds: Type.Number(),
    usedCoreSeconds: Type.Number(),
    allocatedCoreSeconds: Type.Number(),
    reservedCoreSeconds: Type.Number(),
    usedMibSeconds: Type.Number(),
    allocatedMibSeconds: Type.Number(),
    reservedMibSeconds: Type.Number(),
    throttledSeconds: Type.Number(),
    changes: Type.Integer(),
  }),
  lastChange: whenKnown(changeSchema),
  held: whenKnown(reasonSchema),
});
export type Structure = Static<typeof structureSchema>;

export const structureListSchema = Type.Object({ structures: list(structureSchema) });

export const explanationSchema = Type.Object({
  structure: Type.String(),
  summary: Type.String(),
  resources: list(
    Type.Object({
      resource: resourceSchema,
      policy: Type.String(),
      decision: reasonSchema,
      brakes: list(reasonSchema),
      lastChange: whenKnown(changeSchema),
    }),
  ),
});
export type Explanation = Static<typeof explanationSchema>;
