import { defaultsByRules, rulesOnly } from "@sc/domain/testing";
import { FakeBus } from "@sc/ports/testing";
import type { ClusterDeps } from "../cluster/cluster.ts";

/** The published rules alone, on a bus without adapters. */
export const clusterDeps: ClusterDeps = {
  makeBus: () => new FakeBus(),
  policies: rulesOnly(),
  defaults: defaultsByRules,
};
