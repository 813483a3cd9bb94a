import type { Configuration } from "@sc/contracts";
import type { Bus, Clock, Log, Timers } from "@sc/ports";
import {
  type DocumentDesk,
  type GroupBook,
  GroupGuardian,
  type GuardedBus,
  Guardian,
  groupsOfScaler,
  OutsideUsage,
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
  const { configuration, desk } = deps;
  const isOwn = configuration.usage.source === "own";
  const outside = isOwn ? undefined : new OutsideUsage({ ...deps, bus: buses.outside });
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
  const ofGuardian = { ...deps, bus: buses.guardian, groups, policies, isActive: isGuarding };
  const groupGuardian = new GroupGuardian(ofGuardian);
  const refeeder = new Refeeder({ ...deps, bus: buses.guardian, groups });
  const scaler = new Scaler({
    ...deps,
    bus: buses.scaler,
    brakes,
    groups: groupsOfScaler(groups, refeeder),
    policies,
    isActive: () => desk.inForce("scaler").isActive,
  });
  return { guardian, scaler, brakes, outside, ofGroups: [groupGuardian, refeeder] };
}
