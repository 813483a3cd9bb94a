import { type Resource, resources } from "@sc/domain";
import type { FoundContainer } from "@sc/ports";
import type { AgentDeps } from "./agent-deps.ts";
import { factsOf } from "./container-tracker.ts";
import { CoreWriter } from "./cores/core-writer.ts";
import { LimitWriter } from "./limit-writer.ts";
import { Recovery } from "./recovery.ts";
import { TrackedContainer } from "./tracked-container.ts";

export type CompleteRestoreListDeps = Pick<
  AgentDeps,
  "cgroups" | "clock" | "finders" | "journal" | "lease" | "log"
>;

/**
 * Puts on the restore list what the journal alone knows: the list lies in a folder that goes with a reboot
 * of the machine, or an operator's broom. Only limits that the kernel still holds as they were written are
 * ours to put back; what else it holds is its owner's. Without an agent running.
 */
export function completeRestoreList(deps: CompleteRestoreListDeps): void {
  const recovery = new Recovery(deps);
  const writer = new LimitWriter(deps);
  const completing = { coreWriter: new CoreWriter(deps, writer), recovery, writer };
  for (const finder of deps.finders) {
    for (const found of finder.find().containers) {
      const container = openedOf(found, deps);
      if (container === undefined) continue;
      for (const resource of resources) complete(container, resource, completing);
      container.close();
    }
  }
}

function openedOf(
  found: FoundContainer,
  { cgroups, clock }: CompleteRestoreListDeps,
): TrackedContainer | undefined {
  const opened = cgroups.open(found.group);
  if (!opened.ok) return undefined;
  const group = opened.value;
  const facts = factsOf(found, group);
  return new TrackedContainer({ facts, group, firstSeenAt: clock.monotonic() });
}

interface Completing {
  readonly coreWriter: CoreWriter;
  readonly recovery: Recovery;
  readonly writer: LimitWriter;
}

function complete(
  container: TrackedContainer,
  resource: Resource,
  { coreWriter, recovery, writer }: Completing,
): void {
  recovery.apply(container, resource);
  // What is on the list already stays as it is there.
  if (container.stateOf(resource) === "changed") writer.lease(container, resource);
  if (resource === "cpu") coreWriter.lease(container);
}
