import {
  builtInPolicies,
  compileRules,
  defaultCpuRules,
  defaultMemRules,
  defaultSettings,
  invariant,
  policyBook,
  runnable,
  type ServerlessRules,
  serverlessRules,
} from "@sc/domain";
import { InProcessBus } from "@sc/in-process";
import { JsonLogicRuleCompiler } from "@sc/json-logic";
import {
  type ClusterDeps,
  canaries,
  describeEvent,
  type FaultPlan,
  makePlan,
  type RunResult,
  runPlan,
  shrinkPlan,
  silentLog,
  until,
} from "@sc/simulation";

export interface FaultTask {
  readonly seed: number;
  /** Of the fault that is planted. */
  readonly canary?: string;
}

/** What became of a seed; a failing one comes with the shortest history that still fails. */
export interface SeedReport extends RunResult {
  readonly hosts: number;
  readonly shortest: readonly string[];
}

export async function runSeed({ seed, canary }: FaultTask): Promise<SeedReport> {
  const planted = canaries.find(({ fault }) => fault === canary);
  const tampering = planted?.tampering;
  const plan = makePlan({ seed, ...(tampering !== undefined && { tampering, hostCount: 1 }) });
  const result = await runPlan(plan, productDeps());
  const isWorthIt = result.failures.length > 0 && planted === undefined;
  return {
    ...result,
    hosts: plan.hosts.length,
    shortest: isWorthIt ? await shortestHistory(plan, result) : [],
  };
}

/** The same thing must fail, whatever else does. */
async function shortestHistory(plan: FaultPlan, { failures }: RunResult): Promise<string[]> {
  const [first] = failures;
  if (first === undefined) return [];
  const stillFails = async (shorter: FaultPlan): Promise<boolean> => {
    const tried = await runPlan(shorter, productDeps());
    return tried.failures.some(({ invariant: number }) => number === first.invariant);
  };
  const { hosts, events } = await shrinkPlan(until(plan, first.at), stillFails);
  return events.map(
    ({ at, host, event }) =>
      `${at.toFixed(1).padStart(6)} s  ${hosts[host]?.name}: ${describeEvent(event)}`,
  );
}

/** As the server joins them. */
const productDeps = (): ClusterDeps => ({
  makeBus: () => new InProcessBus({ log: silentLog }),
  policies: policyBook([
    ...builtInPolicies,
    publishedRules(defaultCpuRules),
    publishedRules(defaultMemRules),
  ]),
  defaults: defaultSettings,
});

function publishedRules(rules: ServerlessRules) {
  const compiler = new JsonLogicRuleCompiler();
  const compiled = compileRules(rules, (document) => compiler.compile(document));
  invariant(compiled.ok, "the rules that we ship can be compiled");
  return runnable(serverlessRules(compiled.value));
}
