export { AgentAdmission } from "./catalogue/agent-admission.ts";
export { CatalogueDesk, type CatalogueDeskDeps } from "./catalogue/catalogue-desk.ts";
export { CatalogueKeeper } from "./catalogue/catalogue-keeper.ts";
export { DeclaredTotalsBook } from "./catalogue/declared-totals.ts";
export { GroupUses } from "./catalogue/group-uses.ts";
export {
  DatabaseSnapshoter,
  type DatabaseSnapshoterDeps,
} from "./database-snapshoter/database-snapshoter.ts";
export {
  SeriesOutputs,
  type SeriesPlace,
} from "./database-snapshoter/series-outputs.ts";
export { ExperimentDesk } from "./experiments/experiment-desk.ts";
export { GroupBook } from "./groups/group-book.ts";
export { GroupGuardian } from "./groups/group-guardian.ts";
export { groupsOfScaler } from "./groups/groups-of-scaler.ts";
export { Refeeder } from "./groups/refeeder.ts";
export { Guardian, type GuardianDeps } from "./guardian/guardian.ts";
export { HostRates, type HostRatesDeps } from "./host-rates/host-rates.ts";
export {
  DocumentDesk,
  type DocumentDeskDeps,
  type DocumentNews,
} from "./live-documents/document-desk.ts";
export {
  DocumentLoader,
  type DocumentLoaderDeps,
  type DocumentTaker,
} from "./live-documents/document-loader.ts";
export type { RulePresets } from "./live-documents/rule-presets.ts";
export type { SettingsBounds, SettingsFault } from "./live-documents/settings-book.ts";
export type { AgentDeps } from "./node-agent/agent-deps.ts";
export { type AgentOptions, defaultAgentOptions } from "./node-agent/agent-options.ts";
export { completeRestoreList } from "./node-agent/complete-restore-list.ts";
export type { CorePlacement } from "./node-agent/cores/core-placement.ts";
export { NodeAgent } from "./node-agent/node-agent.ts";
export { Orchestrator, type OrchestratorDeps } from "./orchestrator/orchestrator.ts";
export type { PreviewFirstLimit } from "./orchestrator/preview-mode.ts";
export { previewOf } from "./orchestrator/preview-of-policy.ts";
export { OutsideUsage } from "./outside-usage/outside-usage.ts";
export { PulledUsage } from "./outside-usage/pulled-usage.ts";
export { ReplayDesk, type ReplayDeskDeps } from "./replay/replay-desk.ts";
export { SanityChecker, type SanityCheckerDeps } from "./sanity-checker/sanity-checker.ts";
export { Scaler } from "./scaler/scaler.ts";
export type { ScalerDeps } from "./scaler/scaler-deps.ts";
export { GuardedBus } from "./service-loop/guarded-bus.ts";
export { ServiceHeartbeats } from "./service-loop/heartbeats.ts";
export type { Service, ServiceHealth } from "./service-loop/service.ts";
export { SupervisedService } from "./service-loop/supervised-service.ts";
export type { SettingsChange } from "./structure-registry/stored-structures.ts";
export { StructureRegistry } from "./structure-registry/structure-registry.ts";
export {
  StructureSnapshoter,
  type StructureSnapshoterDeps,
} from "./structure-snapshoter/structure-snapshoter.ts";
