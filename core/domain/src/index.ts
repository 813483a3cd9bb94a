export {
  type Accounting,
  accountChange,
  accountMemory,
  accountMemoryChange,
  accountWindow,
  emptyAccounting,
  type Integrals,
  utilization,
} from "./accounting/accounting.ts";
export {
  beginRecommendation,
  type Recommendation,
  withRequest,
  withSample,
} from "./accounting/recommendation.ts";
export type {
  CatalogueContents,
  CatalogueDocument,
  Document,
  DocumentKind,
  HostDocument,
  KeptContent,
  KeptDocument,
  KeptKind,
} from "./documents/documents.ts";
export type {
  Experiment,
  ExperimentContents,
  ExperimentDocument,
  ExperimentKind,
  ExperimentTest,
} from "./documents/experiment.ts";
export {
  type DatabaseSnapshoterSettings,
  type GuardianSettings,
  type NodeAgentSettings,
  type RefeederSettings,
  type SanityCheckerSettings,
  type ScalerSettings,
  type ServiceName,
  type ServiceSettings,
  type SnapshoterSettings,
  serviceNames,
} from "./documents/service-settings.ts";
export { aggregateUsage } from "./history/aggregate-usage.ts";
export {
  type HistoryMetric,
  type HistoryMetricSpec,
  historyMetrics,
} from "./history/history-metrics.ts";
export { type HistoryRecord, type HistoryRecordKind, subjectOf } from "./history/history-record.ts";
export { joinReadings, thinReadings } from "./history/thin-readings.ts";
export type {
  HistoryReading,
  ResourceHistory,
  ResourceSums,
  UsageHistory,
  UsageHistoryQuestion,
} from "./history/usage-history.ts";
export {
  type UsageColumns,
  type UsageReadings,
  type UsageRun,
  usageColumns,
} from "./history/usage-readings.ts";
export { assertNever, InvariantBroken, invariant } from "./invariant.ts";
export { type AmountCase, type AmountJudgement, judgeAmount } from "./ledger/judge-amount.ts";
export {
  type CpuOrderCase,
  type Judgement,
  judgeCpuOrder,
} from "./ledger/judge-cpu-order.ts";
export { grantable, type HostCapacity, Ledger, reserveOf } from "./ledger/ledger.ts";
export {
  noOutsideUse,
  type OutsideUse,
  outsideUse,
  withOutsideReading,
} from "./ledger/outside-use.ts";
export {
  type Author,
  amountOf,
  type Change,
  type ContainerNotice,
  type HeldRequest,
  type Hold,
  type LimitValue,
  type Messages,
  type Order,
  type ResourceEvent,
  type ResourceState,
  type ScalingRequest,
  type StructureSnapshot,
  type StructureState,
  type Topic,
} from "./messages/messages.ts";
export { type Bucket, bucketAfter, bucketMost, handedOutBy } from "./observation/bucket.ts";
export type { GroupSample, GroupUse, SampledMember } from "./observation/group-sample.ts";
export {
  leastMemoryMarginMib,
  type MemoryGrowth,
  memoryMarginMib,
  withMemoryReading,
} from "./observation/memory-growth.ts";
export type {
  HostBook,
  HostObservation,
  MemoryUse,
  OutsideOrigin,
  RateUse,
  UsageBatch,
  UsageSample,
} from "./observation/usage-sample.ts";
export { type BrakeSettings, defaultBrakeSettings } from "./planning/brake-settings.ts";
export {
  beginBrakes,
  type ContainerBrakes,
  describeBrakes,
  forgetShrinks,
  holdAfter,
  recordApplied,
  recordGrowth,
  recordHandOver,
  recordRefusal,
  recordShrink,
} from "./planning/container-brakes.ts";
export {
  type CoreMapChange,
  type CoreMapRefusal,
  growOnCores,
  moveOnCores,
  removeFromCores,
  shrinkOnCores,
} from "./planning/core-map/change-core-map.ts";
export {
  type AppliedPlacement,
  checkCoreMap,
  type PlacementCheck,
} from "./planning/core-map/check-core-map.ts";
export {
  type CoreMap,
  coreMapOf,
  coresOf,
  emptyCoreMap,
  freeOf,
  freeShares,
  type Holding,
  heldOn,
  heldShares,
  type InvalidHolding,
  type MappedCore,
  withShares,
} from "./planning/core-map/core-map.ts";
export {
  cpuListMaxCores,
  formatCpuList,
  type InvalidCpuList,
  parseCpuList,
} from "./planning/core-map/cpu-list.ts";
export {
  type CoreDistribution,
  type CoreId,
  type CpuTopology,
  coreDistributions,
  defaultCoreDistribution,
  distributionOrder,
  type PublishedDistributionName,
  publishedDistributionNames,
} from "./planning/core-map/cpu-topology.ts";
export {
  type PlacedCores,
  type PlacedWish,
  type Placement,
  type PlacementOutcome,
  placeOrders,
} from "./planning/core-map/place-orders.ts";
export { type GroupPlan, planApplication } from "./planning/groups/plan-application.ts";
export { type ApplicationMember, planUser } from "./planning/groups/plan-user.ts";
export { shareAmong } from "./planning/groups/share-among.ts";
export { beginHostBrakes, type HostBrakes } from "./planning/host-brakes.ts";
export { memoryWaitPolicy, requestMoreMemory } from "./planning/more-memory.ts";
export {
  type Plan,
  type PlanInput,
  type PlannedOrder,
  planHost,
} from "./planning/plan-host.ts";
export type { PlannedContainer, PlannedResource } from "./planning/planned-container.ts";
export { previewByTrying } from "./planning/preview-by-trying.ts";
export {
  type FirstLimit,
  type PreviewInput,
  previewFirstLimit,
} from "./planning/preview-first-limit.ts";
export { requestSafeLimit, safeLimitPolicy } from "./planning/safe-limit.ts";
export type { FairRound } from "./planning/share-full-host.ts";
export { applicationLed, applicationLedName } from "./policies/application-led.ts";
export { builtInPolicies, builtInPolicyNames } from "./policies/built-in-policies.ts";
export {
  type BurstQuotaOptions,
  type BurstQuotaState,
  burstQuota,
} from "./policies/burst-quota.ts";
export {
  type CompiledRules,
  compileRules,
  type InvalidRule,
  type RulePredicate,
} from "./policies/compile-rules.ts";
export { type MemoryPressureState, memoryPressure } from "./policies/memory-pressure.ts";
export type {
  Decision,
  DecisionInput,
  Observation,
  ObservedMemory,
  Outcome,
  Policy,
} from "./policies/policy.ts";
export { type PolicyBook, policyBook, whyUnknown } from "./policies/policy-book.ts";
export type { Rescale } from "./policies/rescale.ts";
export type { RuleDocument } from "./policies/rule-document.ts";
export {
  defaultCpuRules,
  defaultMemRules,
  defaultRules,
  type EventRule,
  publishedRules,
  type RequestRule,
  rulePaths,
  type ServerlessRules,
  thresholdRules,
} from "./policies/rules.ts";
export {
  type PolicyRun,
  type RunDecision,
  type RunnablePolicy,
  runnable,
} from "./policies/running-policy.ts";
export { type ServerlessRulesState, serverlessRules } from "./policies/serverless-rules.ts";
export { limitInForce, type Thresholds, thresholds } from "./policies/thresholds.ts";
export { requestOf, type Wish } from "./policies/wish.ts";
export { type Reason, type ReasonCode, reason } from "./reason/reason.ts";
export { err, ok, type Result } from "./result.ts";
export type { SeriesPoint } from "./series/series-point.ts";
export type {
  Application,
  ApplicationPrograms,
  ApplicationResource,
} from "./structure/application.ts";
export {
  type ByCatalogued,
  type CataloguedResource,
  cataloguedResources,
  isLimited,
} from "./structure/catalogued-resource.ts";
export {
  type ContainerFacts,
  type ContainerId,
  type ContainerLimits,
  type Engine,
  engines,
  limitIn,
} from "./structure/container.ts";
export {
  type CpuLimit,
  type CpuShape,
  cpuLimitOfShares,
  formatCpuLimit,
  formatShares,
  grantedShares,
  isSameCpuLimit,
  kernelDefaultCpuLimit,
} from "./structure/cpu-limit.ts";
export {
  type AgentAddress,
  type DeclaredCapacity,
  type DeclaredDisk,
  type DeclaredHost,
  type HostPlacement,
  hostPlacements,
} from "./structure/declared-host.ts";
export { type GroupKind, groupIdOf } from "./structure/group.ts";
export { type Guard, guardOf, modesForGuard } from "./structure/guard.ts";
export { isSameMemLimit } from "./structure/mem-limit.ts";
export { type Mode, modes } from "./structure/mode.ts";
export { ownersLimit } from "./structure/owners-limit.ts";
export {
  type ByPresentResource,
  type ByRate,
  type ByResource,
  byResource,
  type ComputeResource,
  computeResources,
  isRateResource,
  type RateResource,
  type Resource,
  rateResources,
  resources,
  resourceUnits,
} from "./structure/resource.ts";
export { type RunState, runStates } from "./structure/run-state.ts";
export {
  type Boundary,
  type DefaultSettings,
  defaultPolicies,
  defaultSettings,
  type FirstSight,
  type HostTotals,
  type ResourceDefaults,
  type ResourceSettings,
  type StoredResourceSettings,
  type StoredSettings,
  type StructureSettings,
  settingsInForce,
  totalOf,
  unknownRateTotals,
} from "./structure/settings.ts";
export {
  type InvalidName,
  parseStructureName,
  type StructureName,
  structureNameMaxLength,
} from "./structure/structure-name.ts";
export type {
  Joining,
  LimitsBefore,
  SubscribedEnergy,
  SubscribedResource,
  Subscription,
} from "./structure/subscription.ts";
export type { User, UserResource } from "./structure/user.ts";
export { coreSecondsToShares, sharesPerCore, sharesToCoreSeconds } from "./units/cpu.ts";
export {
  type MonotonicSeconds,
  monotonicSeconds,
  type WallSeconds,
  wallSeconds,
} from "./units/time.ts";
