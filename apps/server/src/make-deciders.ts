import type { Configuration } from "@sc/contracts";
import type { Bus, Clock, Log, Timers, UsageReader } from "@sc/ports";
import {
  type DocumentDesk,
  type GroupBook,
  GroupGuardian,
  type GuardedBus,
  Guardian,
  groupsOfScaler,
  OutsideUsage,
  PulledUsage,
  Refeeder,
  Scaler,
  type StructureRegistry,
} from "@sc/services";
import { brakeSettingsOf } from "./domain-options.ts";
import { remembered } from "./remembered.ts";

interface DecidersDeps {
  readonly configuration: Configuration;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly desk: DocumentDesk;
  readonly log: Log;
  readonly registry: StructureRegistry;
  readonly timers: Timers;
  /** Who is asked what containers use; absent = nobody. */
  readonly usageReader?: UsageReader | undefined;
}

/** The buses of those who decide. */
export interface DeciderBuses {
  readonly guardian: GuardedBus;
  readonly scaler: GuardedBus;
  readonly outside: GuardedBus;
}

/** Who decides about containers, and about applications. */
export function makeDeciders(
  deps: DecidersDeps,
  { buses, groups }: { readonly buses: DeciderBuses; readonly groups: GroupBook },
) {
  const { desk } = deps;
  const { outside, pulled } = fromOutside(deps, buses);
  const policies = () => desk.policies();
  const brakes = remembered(() => desk.inForce("scaler"), brakeSettingsOf);
  const isGuarding = () => desk.inForce("guardian").isActive;
  const guardian = new Guardian({
    ...deps,
    bus: buses.guardian,
    policies,
    isActive: isGuarding,
    guardedResources: () => desk.inForce("guardian").guardedResources,
    ...(outside !== undefined && {
      counts: (sample, resource) => outside.counts(sample, resource),
    }),
  });
  const refeeder = new Refeeder({
    ...{ ...deps, bus: buses.guardian, groups },
    settings: () => desk.inForce("refeeder"),
  });
  const groupGuardian = new GroupGuardian({
    ...{ ...deps, bus: buses.guardian, groups, refeeder, policies },
    isActive: isGuarding,
    guardedResources: () => desk.inForce("guardian").guardedResources,
  });
  const scaler = new Scaler({
    ...deps,
    bus: buses.scaler,
    brakes,
    groups: groupsOfScaler(groups, refeeder),
    policies,
    isActive: () => desk.inForce("scaler").isActive,
  });
  return {
    guardian,
    scaler,
    brakes,
    outside,
    pulled,
    ofGroups: [groupGuardian, refeeder],
  };
}

/** Whose readings are decided about where it is not the agent alone. */
function fromOutside(deps: DecidersDeps, buses: DeciderBuses) {
  const { source, pull: options } = deps.configuration.usage;
  if (source === "own") return { outside: undefined, pulled: [] };
  const outside = new OutsideUsage({ ...deps, bus: buses.outside });
  const { usageReader: reader } = deps;
  const pulled =
    reader === undefined ? [] : [new PulledUsage({ ...deps, reader, intake: outside, options })];
  return { outside, pulled };
}
