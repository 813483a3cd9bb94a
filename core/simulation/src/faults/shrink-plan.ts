import type { FaultPlan, PlannedEvent } from "./fault-plan.ts";

/** Runs that a shorter history is worth. */
const triesMost = 60;

/**
 * Leaves out as much of what happens as it can while the run still fails: halves first, then quarters, down
 * to single events. What is left has nothing to do with what was left out.
 */
export async function shrinkPlan(
  plan: FaultPlan,
  stillFails: (plan: FaultPlan) => Promise<boolean>,
): Promise<FaultPlan> {
  let { events } = plan;
  let tries = 0;
  for (let size = Math.ceil(events.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < events.length && tries < triesMost; ) {
      const without = events.toSpliced(from, size);
      tries += 1;
      if (await stillFails({ ...plan, events: without })) events = without;
      else from += size;
    }
  }
  return { ...plan, events };
}

/** What a run that failed at this moment never came to. */
export const until = (plan: FaultPlan, seconds: number): FaultPlan => ({
  ...plan,
  events: plan.events.filter(({ at }: PlannedEvent) => at <= seconds),
});
