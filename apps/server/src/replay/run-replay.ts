import {
  builtInPolicies,
  byResource,
  compileRules,
  invariant,
  type PolicyBook,
  policyBook,
  rulePaths,
  runnable,
  type ServerlessRules,
  serverlessRules,
  sharesPerCore,
} from "@sc/domain";
import { InProcessBus } from "@sc/in-process";
import { JsonLogicRuleCompiler } from "@sc/json-logic";
import type { ReplayFigures, ReplayTask } from "@sc/ports";
import {
  evaluateCpu,
  evaluateMemory,
  poissonRequests,
  Random,
  recordedInflow,
  recordedMemory,
  silentLog,
} from "@sc/simulation";

/** What happens at a limit of memory on the host that is simulated. */
export type AtMemoryLimit = "brake" | "kill" | "wait";

/** A request takes so long on one core: one a second is one share. */
const requestCoreSeconds = 0.01;
/** Chance deals the same load out in the same way each time. */
const seed = "replay";
/** Memory that is told in longer steps does not move within a second. */
const fineStepSeconds = 1;

const makeBus = () => new InProcessBus({ log: silentLog });

/** As the server has them now; `undefined` = the policy is none of those that come with the product. */
export async function runReplay(
  task: ReplayTask,
  atMemoryLimit: AtMemoryLimit,
): Promise<ReplayFigures | undefined> {
  const policies = policyBook([rulesPolicy(task.rules), ...builtInPolicies]);
  if (!policies[task.resource].has(task.policy)) return undefined;
  switch (task.resource) {
    case "cpu":
      return replayCpu(task, policies);
    case "mem":
      return replayMemory(task, policies, atMemoryLimit);
    default:
      return task.resource satisfies never;
  }
}

/** As the server compiles them. */
function rulesPolicy(rules: ServerlessRules) {
  const compilers = byResource(
    (resource) => new JsonLogicRuleCompiler({ paths: rulePaths(resource) }),
  );
  const compiled = compileRules(rules, (document) => compilers[rules.resource].compile(document));
  invariant(compiled.ok, "rules that are in force can be compiled");
  return runnable(serverlessRules(compiled.value));
}

/** Nothing is left out of the beginning: it would have been so, too. */
const fromTheBeginning = { skippedSeconds: 0, makeBus } as const;

async function replayCpu(task: ReplayTask, policies: PolicyBook): Promise<ReplayFigures> {
  const { policy: name, settings, stepSeconds, used: values } = task;
  const { min, max, boundary } = settings;
  const limits = new LimitFigures();
  const figures = await evaluateCpu({
    arm: { kind: "policy", name, policies },
    demand: poissonRequests({
      random: new Random(seed),
      requests: recordedInflow({ stepSeconds, values }),
      coreSeconds: requestCoreSeconds,
      threads: Math.max(4, Math.ceil((most(values) / sharesPerCore) * 2)),
    }),
    seconds: values.length * stepSeconds,
    maxShares: max,
    settings: { min, boundary },
    ...brakesOf(task),
    ...fromTheBeginning,
    onStep: ({ limitShares }) => limits.add(limitShares),
  });
  const { utilization, throttledRatio, p99BacklogMs, changesPerMinute } = figures;
  return {
    used: figures.usedCoreSeconds,
    allocated: figures.allocatedCoreSeconds,
    ...{ utilization, throttledRatio, p99BacklogMs, changesPerMinute },
    meanLimit: limits.mean,
    peakLimit: limits.peak,
  };
}

async function replayMemory(
  task: ReplayTask,
  policies: PolicyBook,
  atLimit: AtMemoryLimit,
): Promise<ReplayFigures> {
  const { policy: name, settings, stepSeconds, used: values } = task;
  const { min: minMib, max: maxMib, boundary } = settings;
  const limits = new LimitFigures();
  let usedMibSum = 0;
  const seconds = values.length * stepSeconds;
  const { utilization, changesPerMinute, kills } = await evaluateMemory({
    arm: { kind: "policy", name, policies, atLimit },
    program: recordedMemory({ stepSeconds, values }),
    seconds,
    ...{ minMib, maxMib },
    sampleSeconds: stepSeconds > fineStepSeconds ? 1 : 0.1,
    settings: { boundary },
    ...brakesOf(task),
    ...fromTheBeginning,
    onStep: ({ usedMib, limitMib }) => {
      usedMibSum += usedMib;
      limits.add(limitMib);
    },
  });
  return {
    used: (usedMibSum / limits.count) * seconds,
    allocated: limits.mean * seconds,
    ...{ utilization, changesPerMinute, kills },
    meanLimit: limits.mean,
    peakLimit: limits.peak,
  };
}

const brakesOf = ({ brakes }: ReplayTask) => (brakes === "none" ? {} : { brakes });

const most = (values: Float64Array): number =>
  values.reduce((highest, value) => Math.max(highest, value), 0);

/** A limit at the end of each step. */
class LimitFigures {
  count = 0;
  peak = 0;
  #sum = 0;

  add(limit: number): void {
    this.count += 1;
    this.#sum += limit;
    this.peak = Math.max(this.peak, limit);
  }

  get mean(): number {
    return this.#sum / this.count;
  }
}
