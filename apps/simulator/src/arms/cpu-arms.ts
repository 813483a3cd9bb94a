import {
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

const ours: Readonly<Record<string, (period: PeriodClass) => RunnablePolicy>> = {
  "burst-quota": (period) =>
    runnable(period === "own" ? burstQuota() : burstQuota({ periodMs: 100 })),
  "serverless-rules": publishedRules,
};

/** Everything that can move a cpu limit here: our policies, and the published controllers. */
export const cpuArmNames: readonly string[] = [
  ...Object.keys(ours),
  ...cpuPeers.map(({ name }) => name),
];

export interface ArmChoice {
  readonly name: string;
  readonly period: PeriodClass;
  readonly load: CpuLoad;
  readonly seed: number;
}

export function cpuArm({ name, period, load, seed }: ArmChoice): CpuArm {
  const policy = Object.hasOwn(ours, name) ? ours[name] : undefined;
  if (policy !== undefined) return { kind: "policy", name, policies: policyBook([policy(period)]) };
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
