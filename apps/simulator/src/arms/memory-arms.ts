import {
  builtInPolicies,
  compileRules,
  defaultMemRules,
  invariant,
  type PolicyBook,
  policyBook,
  type RunnablePolicy,
  runnable,
  serverlessRules,
} from "@sc/domain";
import { JsonLogicRuleCompiler } from "@sc/json-logic";
import { type MemoryArm, memoryOracleOf, memPeers } from "@sc/simulation";
import type { MemoryLoad } from "../loads/memory-load.ts";

/**
 * On cgroup v2, where a limit brakes; and on v1, where it kills unless tasks wait at it
 * (`memory.oomControl`), as they must for growth that no margin foresees.
 */
const onV1 = "memory-pressure-v1";

const ours: PolicyBook = policyBook([
  ...builtInPolicies.filter(({ resource }) => resource === "mem"),
  publishedRules(),
]);

/** Everything that can move a memory limit here: our policies, and the published controllers. */
export const memoryArmNames: readonly string[] = [
  ...ours.mem.keys(),
  onV1,
  ...memPeers.map(({ name }) => name),
];

export function memoryArm(name: string, { shape, seconds }: MemoryLoad): MemoryArm {
  if (name === onV1) {
    return { kind: "policy", name: "memory-pressure", policies: ours, atLimit: "wait" };
  }
  if (ours.mem.has(name)) return { kind: "policy", name, policies: ours, atLimit: "brake" };
  const peer = memPeers.find((each) => each.name === name);
  invariant(peer !== undefined, "a name of an arm stands for a policy or a peer");
  return { kind: "peer", peer, oracle: memoryOracleOf(shape, seconds) };
}

/** As the server compiles them. */
function publishedRules(): RunnablePolicy {
  const compiler = new JsonLogicRuleCompiler();
  const compiled = compileRules(defaultMemRules, (document) => compiler.compile(document));
  invariant(compiled.ok, "the rules that we ship can be compiled");
  return runnable(serverlessRules(compiled.value));
}
