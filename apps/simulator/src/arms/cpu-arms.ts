import {
  builtInPolicies,
  burstQuota,
  compileRules,
  defaultCpuRules,
  invariant,
  policyBook,
  type RunnablePolicy,
  runnable,
  serverlessRules,
} from "@sc/domain";
import { JsonLogicRuleCompiler } from "@sc/json-logic";
import { type CpuArm, cpuPeers } from "@sc/simulation";
import { type CpuLoad, demandOf } from "../loads/cpu-load.ts";
import { oracleOf } from "./oracle.ts";

/** `own`: the policy chooses the kernel's period; `100ms`: it is held to the kernel's default. */
export type PeriodClass = "own" | "100ms";
export const periodClasses: readonly PeriodClass[] = ["own", "100ms"];

/** Only `burst-quota` chooses a period. */
const held: Readonly<Record<PeriodClass, (policy: RunnablePolicy) => RunnablePolicy>> = {
  own: (policy) => policy,
  "100ms": (policy) =>
    policy.name === "burst-quota" ? runnable(burstQuota({ periodMs: 100 })) : policy,
};

const oursIn = (period: PeriodClass): readonly RunnablePolicy[] => [
  ...builtInPolicies.filter(({ resource }) => resource === "cpu").map(held[period]),
  publishedRules(),
];

/** Everything that can move a cpu limit here: our policies, and the published controllers. */
export const cpuArmNames: readonly string[] = [
  ...oursIn("own").map(({ name }) => name),
  ...cpuPeers.map(({ name }) => name),
];

export interface ArmChoice {
  readonly name: string;
  readonly period: PeriodClass;
  readonly load: CpuLoad;
  readonly seed: number;
}

export function cpuArm({ name, period, load, seed }: ArmChoice): CpuArm {
  const policies = policyBook(oursIn(period));
  if (policies.cpu.has(name)) return { kind: "policy", name, policies };
  const peer = cpuPeers.find((each) => each.name === name);
  invariant(peer !== undefined, "a name of an arm stands for a policy or a peer");
  return { kind: "peer", peer, oracle: oracleOf(demandOf(load, seed), load.seconds) };
}

/** As the server compiles them. */
function publishedRules(): RunnablePolicy {
  const compiler = new JsonLogicRuleCompiler();
  const compiled = compileRules(defaultCpuRules, (document) => compiler.compile(document));
  invariant(compiled.ok, "the rules that we ship can be compiled");
  return runnable(serverlessRules(compiled.value));
}
