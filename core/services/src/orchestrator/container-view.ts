import {
  type Accounting,
  type ByResource,
  isRateResource,
  isSameCpuLimit,
  isSameMemLimit,
  limitIn,
  type Recommendation,
  type Resource,
  type ResourceSettings,
  resources,
  type StructureSettings,
  thresholds,
} from "@sc/domain";
import type {
  AccountingView,
  AgentContainerView,
  BrakeStatus,
  ChangeView,
  ContainerView,
  RecommendedView,
  ResourceView,
} from "@sc/ports";
import { ratesOf, usedOf } from "./used-of.ts";

export interface ContainerViewInput {
  readonly host: string;
  readonly container: AgentContainerView;
  readonly settings: StructureSettings;
  /** Itself or with everything else. */
  readonly isPaused: boolean;
  readonly brakes: BrakeStatus;
  readonly lastChange: ChangeView | undefined;
  readonly recommended: ByResource<Recommendation | undefined>;
}

/** All that is known about one container, as people and programs see it. */
export function containerView(input: ContainerViewInput): ContainerView {
  const { container, settings, recommended } = input;
  const { facts } = container;
  return {
    name: facts.name,
    id: facts.id,
    host: input.host,
    engine: facts.engine,
    isPaused: input.isPaused,
    isFrozen: container.isFrozen,
    isLearning: input.brakes.isLearning,
    watchedSeconds: container.watchedSeconds,
    resources: {
      cpu: {
        ...resourceView(container, "cpu", settings.resources.cpu),
        recommended: recommendedView(recommended.cpu),
      },
      mem: {
        ...resourceView(container, "mem", settings.resources.mem),
        recommended: recommendedView(recommended.mem),
      },
      ...ratesOf(container, (rate) => ({
        ...resourceView(container, rate, settings.resources[rate]),
        recommended: recommendedView(recommended[rate]),
      })),
    },
    throttledRatio: container.throttledRatio,
    accounting: accountingView(container.accounting),
    lastChange: input.lastChange,
    held: resources.flatMap((resource) => container.held[resource] ?? [])[0],
  };
}

const accountingView = ({ cpu, mem, ...rest }: Accounting): AccountingView => ({
  ...rest,
  usedCoreSeconds: cpu.used,
  allocatedCoreSeconds: cpu.allocated,
  reservedCoreSeconds: cpu.reserved,
  usedMibSeconds: mem.used,
  allocatedMibSeconds: mem.allocated,
  reservedMibSeconds: mem.reserved,
});

function resourceView(
  container: AgentContainerView,
  resource: Resource,
  settings: ResourceSettings,
): Omit<ResourceView, "recommended"> {
  const current = limitIn(container.limits, resource);
  const { upper, lower } =
    current === undefined ? { upper: undefined, lower: undefined } : thresholds(settings, current);
  return {
    mode: settings.mode,
    min: settings.min,
    max: settings.max,
    maxFrom: settings.maxFrom,
    boundaryPercent: settings.boundary.percent,
    boundaryOf: settings.boundary.of,
    priority: settings.priority,
    policy: settings.policy,
    current,
    first: limitIn(container.facts.first, resource),
    used: usedOf(container, resource),
    upper,
    lower,
    ...caveatOf(container, resource),
  };
}

function caveatOf(
  { rateCaveats }: AgentContainerView,
  resource: Resource,
): Pick<ResourceView, "caveat"> {
  const caveat = isRateResource(resource) ? rateCaveats[resource] : undefined;
  return caveat === undefined ? {} : { caveat };
}

function recommendedView(of: Recommendation | undefined): RecommendedView | undefined {
  if (of === undefined) return undefined;
  const { limit, seconds, used, allocated, shortSeconds, changes } = of;
  const utilization = allocated > 0 ? used / allocated : undefined;
  return { limit, seconds, utilization, shortSeconds, changes };
}

/** Whether a limit is another than the one found at first sight, so that release has work to do. */
export function isAwayFromFirstLimit(
  { facts: { first }, limits }: AgentContainerView,
  resource: Resource,
): boolean {
  if (resource !== "cpu") {
    const [before, now] = [limitIn(first, resource), limitIn(limits, resource)];
    return before !== undefined && now !== undefined && !isSameMemLimit(before, now);
  }
  return (
    first.cpu !== undefined && limits.cpu !== undefined && !isSameCpuLimit(first.cpu, limits.cpu)
  );
}
