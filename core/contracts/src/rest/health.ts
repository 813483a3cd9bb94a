import { type Static, Type } from "typebox";
import { list, whenKnown } from "./values.ts";

export const healthSchema = Type.Object({
  status: Type.Enum(["ok", "degraded"]),
  isReady: Type.Boolean(),
  host: Type.String(),
  isPaused: Type.Boolean(),
  uptimeSeconds: Type.Number(),
  containers: Type.Integer(),
  inAuto: Type.Integer(),
  services: list(
    Type.Object({
      name: Type.String(),
      status: Type.Enum(["running", "failing", "stopped"]),
      lastError: whenKnown(Type.String()),
      /** When it was last well, Unix seconds. */
      lastBeat: whenKnown(Type.Number()),
    }),
  ),
  history: whenKnown(
    Type.Object({
      lostReadings: Type.Integer(),
      lostRecords: Type.Integer(),
      queued: Type.Integer(),
      sizeMib: whenKnown(Type.Number()),
      failure: whenKnown(Type.Object({ code: Type.String(), text: Type.String() })),
    }),
  ),
  problems: list(
    Type.Object({
      code: Type.String(),
      text: Type.String(),
      nextStep: whenKnown(Type.String()),
      structure: whenKnown(Type.String()),
    }),
  ),
});
export type Health = Static<typeof healthSchema>;

/** Whether it measures, and what people set is in force. If not, the answer is `SC_NOT_READY`. */
export const readinessSchema = Type.Object({ isReady: Type.Boolean(), detail: Type.String() });
export type Readiness = Static<typeof readinessSchema>;
