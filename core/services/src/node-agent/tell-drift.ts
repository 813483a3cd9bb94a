import type { Reason, Resource } from "@sc/domain";
import type { DriftGuardDeps } from "./drift-guard-deps.ts";
import type { TrackedContainer } from "./tracked-container.ts";

/** Another limit is in force than we knew of: book, people and policy have to know. */
export function tellDrift(
  { agent, ledger, reporter }: Pick<DriftGuardDeps, "agent" | "ledger" | "reporter">,
  container: TrackedContainer,
  drift: {
    readonly resource: Resource;
    readonly old: number | null | undefined;
    readonly new: number | null;
    readonly why: Reason;
  },
): void {
  const { why, ...limits } = drift;
  ledger.enter(container);
  const author = { kind: "other-hand" } as const;
  reporter.report(container, { ...limits, outcome: "noticed", author, reason: why });
  const { name, id } = container;
  const at = agent.clock.monotonic();
  agent.bus.publish("containers", [{ kind: "start-anew", name, id, reason: why, at }]);
}
