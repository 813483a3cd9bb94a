import { builtInPolicies, defaultMemRules, policyBook, runnable } from "@sc/domain";
import { defaultsByRules, policyFor } from "@sc/domain/testing";
import { FakeBus } from "@sc/ports/testing";
import type { ClusterDeps } from "../cluster/cluster.ts";

/** All policies that come with the product, on a bus without adapters. */
export const clusterDeps: ClusterDeps = {
  makeBus: () => new FakeBus(),
  policies: policyBook([
    ...builtInPolicies,
    runnable(policyFor()),
    runnable(policyFor(defaultMemRules)),
  ]),
  defaults: defaultsByRules,
};
