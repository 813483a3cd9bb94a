import type { Throttling } from "@sc/ports";
import type { LoadedGroup, PlannedGroup, PlannedWrite, TestBed } from "./test-bed.ts";

/** What is run on the kernel and in the model alike. */
export interface CheckedCase {
  readonly what: string;
  readonly groups: readonly PlannedGroup[];
  /** All groups have one core between them. */
  readonly oneCore?: boolean;
  /** So long the loads run before anything is measured or written. */
  readonly settleSeconds?: number;
  readonly seconds: number;
  /** To the first group's limit, counted from where measuring begins. */
  readonly writes?: readonly PlannedWrite[];
  readonly figures: (groups: readonly MeasuredGroup[]) => Readonly<Record<string, number>>;
}

/** What one group did while it was measured. */
export interface MeasuredGroup {
  readonly usedPercent: number;
  readonly periods: number;
  readonly throttledPeriods: number;
  /** Of each job: what it took longer than its work. */
  readonly delaysMs: readonly number[];
}

export async function measureCase(
  bed: TestBed,
  checked: CheckedCase,
): Promise<readonly MeasuredGroup[]> {
  const { groups, oneCore = false, settleSeconds = 0, seconds, writes = [] } = checked;
  try {
    const loaded = await bed.begin(groups, { oneCore });
    await bed.pass(settleSeconds, undefined, []);
    const before = loaded.map(readingOf);
    await bed.pass(seconds, loaded[0]?.group, writes);
    const after = loaded.map(readingOf);
    return await Promise.all(
      loaded.map(async (group, index): Promise<MeasuredGroup> => {
        const [from = nothing, to = nothing] = [before[index], after[index]];
        return {
          usedPercent: (100 * (to.usedSeconds - from.usedSeconds)) / seconds,
          periods: to.periods - from.periods,
          throttledPeriods: to.throttledPeriods - from.throttledPeriods,
          delaysMs: await delaysOf(group, groups[index]),
        };
      }),
    );
  } finally {
    await bed.end();
  }
}

interface Reading extends Pick<Throttling, "periods" | "throttledPeriods"> {
  readonly usedSeconds: number;
}

const nothing: Reading = { usedSeconds: 0, periods: 0, throttledPeriods: 0 };

function readingOf({ group }: LoadedGroup): Reading {
  const usedSeconds = group.readCpuUsedSeconds();
  const throttling = group.readThrottling();
  if (usedSeconds === undefined || throttling === undefined) throw new Error("a group is gone");
  return { ...throttling, usedSeconds };
}

async function delaysOf(
  group: LoadedGroup,
  planned: PlannedGroup | undefined,
): Promise<readonly number[]> {
  const load = planned?.load;
  if (load?.kind !== "jobs") return [];
  const finished = await group.finishedAtSeconds();
  return load.jobs.map(
    ({ atSeconds, coreSeconds }, index) =>
      1000 * ((finished[index] ?? Number.NaN) - atSeconds - coreSeconds),
  );
}
