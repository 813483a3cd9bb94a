import { type Static, Type } from "typebox";
import { list, numberOrNull } from "./values.ts";

/** A value per step; `null` = not known. */
const column = list(numberOrNull);

/** Of one resource, in its unit: cpu in shares, mem in MiB. */
const resourceHistorySchema = Type.Object({
  used: column,
  /** The highest reading within the step. */
  usedMax: column,
  /** At the end of the step; `null` = no limit, or not known: JSON has no word for infinity. */
  limit: column,
  allocated: column,
  reserved: column,
});

/** Integrals over all that is known: core-seconds of cpu, MiB-seconds of mem; `null` = not known. */
const sumsSchema = Type.Object({
  used: numberOrNull,
  allocated: numberOrNull,
  reserved: numberOrNull,
});

/** What was used and allowed over time, as columns of one length. */
export const usageHistorySchema = Type.Object({
  structure: Type.String(),
  /** What the steps became: at least as long as asked, a multiple of what was kept. */
  stepSeconds: Type.Number(),
  /** Unix seconds at which each step begins; steps nothing is known of are left out. */
  stamps: list(Type.Number()),
  cpu: resourceHistorySchema,
  mem: resourceHistorySchema,
  /** Share of the step for which the container was throttled, 0 to 1. */
  throttledRatio: column,
  sums: Type.Object({
    /** Seconds between readings that were summed; gaps are not in it. */
    seconds: Type.Number(),
    cpu: sumsSchema,
    mem: sumsSchema,
    throttledSeconds: numberOrNull,
  }),
});
export type UsageHistory = Static<typeof usageHistorySchema>;
