import {
  assertNever,
  type ByPresentResource,
  formatShares as formatNumber,
  type Reason,
  type Resource,
  reason,
  resources,
  resourceUnits,
} from "@sc/domain";
import type { BrakeStatus, ChangeView, ContainerView, ExplainView, ResourceView } from "@sc/ports";

export interface ExplainInput {
  readonly view: ContainerView;
  readonly held: ByPresentResource<Reason | undefined>;
  brakesOf(resource: Resource): BrakeStatus;
  decision(resource: Resource): Reason | undefined;
  lastChange(resource: Resource): ChangeView | undefined;
}

/** What is being done with a container and why, for an operator who knows nothing yet. */
export function explainContainer(input: ExplainInput): ExplainView {
  const { view } = input;
  const explained = resources.flatMap((resource) => {
    const state = view.resources[resource];
    if (state === undefined) return [];
    const brakes = state.mode === "observe" ? [] : input.brakesOf(resource).inForce;
    const decision = decisionInForce(input, resource);
    const { policy } = state;
    return [{ resource, policy, decision, brakes, lastChange: input.lastChange(resource) }];
  });
  return {
    structure: view.name,
    summary: summarize(view, decisionInForce(input, "cpu"), input.lastChange("cpu")),
    resources: explained,
  };
}

/** What stands in the way comes first; what policy thinks matters only when nothing does. */
function decisionInForce({ view, held, decision }: ExplainInput, resource: Resource): Reason {
  if ((view.resources[resource]?.mode ?? "observe") === "observe") {
    return reason("not-in-auto", "it is in observe: measured, never limited");
  }
  const why = held[resource];
  if (why !== undefined) return why;
  if (view.isPaused) return reason("paused", "it is paused: no limit is changed until resumed");
  return decision(resource) ?? reason("no-window-yet", "nothing has been decided yet");
}

function summarize(
  view: ContainerView,
  decision: Reason,
  lastChange: ChangeView | undefined,
): string {
  const { cpu } = view.resources;
  const said = `${view.name} ${describeMode(cpu)}, ${describeUse(cpu)}; ${decision.text}`;
  if (lastChange === undefined || cpu.mode === "observe") return `${said}.`;
  return `${said}; last change ${describeChange(lastChange)}.`;
}

function describeMode({ mode, min, max, policy }: ResourceView): string {
  const band = `${formatNumber(min)} and ${formatNumber(max)} ${resourceUnits.cpu}`;
  switch (mode) {
    case "observe":
      return "is only watched";
    case "recommend":
      return `is only given recommendations between ${band} by ${policy}`;
    case "auto":
      return `is scaled between ${band} by ${policy}`;
    default:
      return assertNever(mode);
  }
}

function describeUse({ used, current }: ResourceView): string {
  const use = used === undefined ? "its use is not known" : `it uses ${formatNumber(used)}`;
  return current === null
    ? `${use} and has no limit`
    : `${use}, its limit is ${formatLimit(current)}`;
}

const describeChange = (change: ChangeView): string =>
  `${formatLimit(change.old)} → ${formatLimit(change.new)} (${change.outcome}: ${change.reason.text})`;

function formatLimit(limit: number | null | undefined): string {
  if (limit === undefined) return "not known";
  return limit === null ? "no limit" : formatNumber(limit);
}
