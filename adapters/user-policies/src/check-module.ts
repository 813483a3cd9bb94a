/**
 * What every module must keep, tried in a thread of its own as the server runs it: who writes one sees
 * it fail here and not at night. `./sctl policies check FILE` shows the outcome.
 */
import type { Resource } from "@sc/domain";
import { ModuleTrial, type Reading, type Trial } from "./module-trial.ts";

export interface ModuleCheck {
  readonly check: string;
  readonly resource: Resource | undefined;
  /** What is wrong; absent when nothing is. */
  readonly fault?: string;
}

export async function checkModule(
  file: string,
  resources: readonly Resource[],
): Promise<readonly ModuleCheck[]> {
  await using trial = await ModuleTrial.open(file);
  const { fault } = trial;
  if (fault !== undefined) return [{ check: "can be loaded", resource: undefined, fault }];
  const found: ModuleCheck[] = [{ check: "can be loaded", resource: undefined }];
  for (const resource of resources) {
    for (const { check, run } of checks) {
      const wrong = faultOf(() => run(trial, resource));
      found.push({ check, resource, ...(wrong !== undefined && { fault: wrong }) });
      // What was cut off is at its end; the next check needs one that answers.
      await trial.revive();
    }
  }
  return found;
}

interface Check {
  readonly check: string;
  /** What is wrong, or throws it. */
  readonly run: (trial: ModuleTrial, resource: Resource) => string | undefined;
}

function faultOf(run: () => string | undefined): string | undefined {
  try {
    return run();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const steady = (seconds: number, used: number): readonly Reading[] =>
  Array.from({ length: seconds }, () => ({ used }));

const checks: readonly Check[] = [
  {
    check: "answers within its time, from min to max, with a reason",
    run: (trial, resource) => {
      const used = [...steady(60, 40), ...steady(60, 180), ...steady(60, 0), ...steady(60, 1000)];
      for (const limit of [200, null]) trial.follow(resource, used, { limit });
      for (const band of [
        { min: 100, max: 100 },
        { min: 1, max: 1e6 },
      ]) {
        trial.follow(resource, used, band);
      }
      return undefined;
    },
  },
  {
    check: "takes what is missing for missing, not for 0",
    run: (trial, resource) => {
      const missing = Array.from({ length: 120 }, () => ({ used: undefined }));
      const { lowest } = trial.follow(resource, [...steady(5, 150), ...missing]);
      return lowest < 200 ? `lowered the limit to ${lowest} without knowing the use` : undefined;
    },
  },
  {
    check: "leaves alone what is frozen",
    run: (trial, resource) => {
      const frozen = Array.from({ length: 120 }, () => ({ used: 0, isFrozen: true }));
      const { lowest } = trial.follow(resource, [...steady(5, 150), ...frozen]);
      return lowest < 200 ? `lowered the limit to ${lowest} while it was frozen` : undefined;
    },
  },
  {
    check: "comes to rest under a steady load",
    run: (trial, resource) => {
      const { asked } = trial.follow(resource, steady(600, 100));
      const late = asked.filter((second) => second >= 480).length;
      return late > 2 ? `still asked ${late} times in the last two of ten minutes` : undefined;
    },
  },
  {
    check: "gives more to who uses all it has",
    run: (trial, resource) => {
      const { limit } = trial.follow(resource, Array<Reading>(120).fill({ used: "all" }), {
        limit: 50,
      });
      return limit > 50 ? undefined : "left a limit that was used in full for two minutes";
    },
  },
  {
    check: "decides the same of the same, and keeps structures apart",
    run: (trial, resource) => {
      const readings = [...steady(30, 40), ...steady(30, 180), ...steady(30, 0)];
      const alone = trial.follow(resource, readings);
      const [one, other] = trial.followTwo(resource, readings, steady(90, 10));
      if (!isSame(alone, one)) return "decided otherwise when another structure was there too";
      return isSame(other, trial.follow(resource, steady(90, 10)))
        ? undefined
        : "decided otherwise the second time";
    },
  },
];

const isSame = (a: Trial, b: Trial): boolean =>
  a.limit === b.limit && a.asked.join() === b.asked.join();
