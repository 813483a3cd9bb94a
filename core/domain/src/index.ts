export { assertNever, InvariantBroken, invariant } from "./invariant.ts";
export type {
  Author,
  Change,
  ContainerNotice,
  HeldRequest,
  Hold,
  LimitValue,
  Messages,
  Order,
  ResourceEvent,
  ScalingRequest,
  Topic,
} from "./messages/messages.ts";
export type { HostObservation, UsageBatch, UsageSample } from "./observation/usage-sample.ts";
export { type Reason, type ReasonCode, reason } from "./reason/reason.ts";
export { err, ok, type Result } from "./result.ts";
export {
  type ContainerFacts,
  type ContainerId,
  type ContainerLimits,
  type Engine,
  engines,
} from "./structure/container.ts";
export {
  type CpuLimit,
  cpuLimitOfShares,
  formatCpuLimit,
  formatShares,
  grantedShares,
  isSameCpuLimit,
  kernelDefaultCpuLimit,
} from "./structure/cpu-limit.ts";
export { type Mode, modes } from "./structure/mode.ts";
export { type Resource, resources, resourceUnits } from "./structure/resource.ts";
export {
  type Boundary,
  type DefaultSettings,
  defaultSettings,
  type FirstSight,
  type ResourceDefaults,
  type ResourceSettings,
  type StoredResourceSettings,
  type StoredSettings,
  type StructureSettings,
  settingsInForce,
} from "./structure/settings.ts";
export {
  type InvalidName,
  parseStructureName,
  type StructureName,
  structureNameMaxLength,
} from "./structure/structure-name.ts";
export { coreSecondsToShares, sharesPerCore, sharesToCoreSeconds } from "./units/cpu.ts";
export {
  type MonotonicSeconds,
  monotonicSeconds,
  type WallSeconds,
  wallSeconds,
} from "./units/time.ts";
