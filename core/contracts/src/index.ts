export { type Configuration, configurationSchema } from "./config/configuration.ts";
export {
  type ConfigurationKey,
  configurationKeys,
  expectedOf,
} from "./config/configuration-keys.ts";
export { type ServiceSettings, serviceSettingsSchemas } from "./config/service-settings.ts";
export {
  applicationSchema,
  declaredHostSchema,
  subscriptionSchema,
  userSchema,
} from "./documents/catalogue.ts";
export { experimentSchema, experimentTestSchema } from "./documents/experiments.ts";
export {
  storedChangeSchema,
  storedEventSchema,
  storedRequestSchema,
} from "./documents/history-records.ts";
export {
  documentVersion,
  hostDocumentSchema,
  keptContentSchema,
  storedServiceSchemas,
} from "./documents/stored-documents.ts";
export { type StoredStructure, storedStructureSchema } from "./documents/structure.ts";
export { type Problem, problemSchema } from "./errors/problem.ts";
export {
  type Application,
  applicationDeclarationSchema,
  applicationListSchema,
  applicationViewSchema,
  type CatalogueUpdate,
  catalogueParts,
  catalogueUpdateSchema,
  containerDeclarationSchema,
  type DeclaredHost,
  declaredHostListSchema,
  declaredHostViewSchema,
  diskChangesSchema,
  diskDeclarationsSchema,
  hostDeclarationSchema,
  removalSchema,
  type Subscription,
  subscriptionListSchema,
  subscriptionViewSchema,
  type User,
  userDeclarationSchema,
  userListSchema,
  userViewSchema,
} from "./rest/catalogue.ts";
export {
  type LimitsUpdate,
  limitsUpdateSchema,
  type ModePreview,
  type ModeUpdate,
  modePreviewSchema,
  modeQuerySchema,
  modeUpdateSchema,
  noQuerySchema,
  nothingSchema,
  type PauseOutcome,
  type PolicyList,
  pauseOutcomeSchema,
  policyListSchema,
  type ReleaseReport,
  releaseReportSchema,
  type SettingsOutcome,
  settingsOutcomeSchema,
} from "./rest/control.ts";
export {
  type ExperimentList,
  type ExperimentReport,
  experimentListSchema,
  experimentQuerySchema,
  experimentReportSchema,
  reportedResourceSchema,
} from "./rest/experiments.ts";
export { type Health, healthSchema, type Readiness, readinessSchema } from "./rest/health.ts";
export {
  type Change,
  changeListSchema,
  changeSchema,
  type Event,
  eventListSchema,
  eventSchema,
  historyLimitMax,
  historyQuerySchema,
  type Request,
  requestListSchema,
  requestSchema,
  usageHistoryQuerySchema,
} from "./rest/history.ts";
export {
  type ImportQuestion,
  type ImportReport,
  importBytesMost,
  importNoteSchema,
  importQuestionSchema,
  importReportSchema,
} from "./rest/import.ts";
export {
  type Replay,
  type ReplayQuestion,
  type ReplaySide,
  replayQuestionSchema,
  replaySchema,
  replaySideSchema,
} from "./rest/replay.ts";
export {
  type Rule,
  type RuleDocument,
  type RuleRemoval,
  ruleDocumentSchema,
  ruleListSchema,
  ruleRemovalSchema,
  ruleSchema,
} from "./rest/rules.ts";
export {
  type ServiceName,
  type Settings,
  type SettingsUpdate,
  settingsListSchema,
  settingsSchema,
  settingsUpdateSchemas,
} from "./rest/service-settings.ts";
export {
  type StreamMessage,
  type StreamTopic,
  streamQuerySchema,
  streamTopics,
} from "./rest/stream.ts";
export {
  type Explanation,
  explanationSchema,
  type ResourceState,
  resourceStateSchema,
  type Structure,
  structureListSchema,
  structureSchema,
} from "./rest/structures.ts";
export { type UsageHistory, usageHistorySchema } from "./rest/usage-history.ts";
export {
  type ComputeResource,
  type Mode,
  type Reason,
  type Resource,
  reasonSchema,
  resourceNames,
} from "./rest/values.ts";
