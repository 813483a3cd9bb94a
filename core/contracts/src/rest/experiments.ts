import { type Static, Type } from "typebox";
import { list, stamp, whenKnown } from "./values.ts";

const timed = {
  experiment: Type.String(),
  username: Type.String(),
  startTime: whenKnown(stamp),
  endTime: whenKnown(stamp),
};

export const experimentListSchema = Type.Object({
  experiments: list(Type.Object(timed)),
  tests: list(Type.Object({ ...timed, test: Type.String(), tags: list(Type.String()) })),
});
export type ExperimentList = Static<typeof experimentListSchema>;

export const experimentQuerySchema = Type.Object({
  experiment: Type.String({ description: "The experiment's identifier." }),
  test: Type.Optional(Type.String({ description: "One of its tests; default: all of it." })),
  username: Type.Optional(Type.String({ description: "Who did it; default: whoever did." })),
});

export const reportedResourceSchema = Type.Object({
  used: Type.Number(),
  allocated: Type.Number(),
  reserved: Type.Number(),
  /** Used ÷ allocated. */
  utilization: whenKnown(Type.Number()),
});

export const experimentReportSchema = Type.Object({
  experimentId: Type.String(),
  testName: whenKnown(Type.String()),
  username: Type.String(),
  from: stamp,
  to: stamp,
  seconds: Type.Number(),
  structures: list(
    Type.Object({
      structure: Type.String(),
      /** Share of the time of which nothing is known, 0 to 1. */
      missing: Type.Number(),
      /** Cpu in core-seconds, memory in MiB-seconds. */
      resources: Type.Object({ cpu: reportedResourceSchema, mem: reportedResourceSchema }),
    }),
  ),
});
export type ExperimentReport = Static<typeof experimentReportSchema>;
