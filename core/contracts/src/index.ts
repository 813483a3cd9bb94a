export { type Configuration, configurationSchema } from "./config/configuration.ts";
export {
  type ConfigurationKey,
  configurationKeys,
  expectedOf,
} from "./config/configuration-keys.ts";
export { type ServiceSettings, serviceSettingsSchemas } from "./config/service-settings.ts";
export {
  type StoredStructure,
  stateFileSchema,
  stateFileVersion,
  storedStructureSchema,
} from "./documents/state-file.ts";
export { type Problem, problemSchema } from "./errors/problem.ts";
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
  pauseOutcomeSchema,
  type ReleaseReport,
  releaseReportSchema,
  type SettingsOutcome,
  settingsOutcomeSchema,
} from "./rest/control.ts";
export { type Health, healthSchema } from "./rest/health.ts";
export {
  type Change,
  changeListSchema,
  type Event,
  eventListSchema,
  historyLimitMax,
  historyQuerySchema,
  type Request,
  requestListSchema,
} from "./rest/history.ts";
export {
  type Explanation,
  explanationSchema,
  type ResourceState,
  type Structure,
  structureListSchema,
  structureSchema,
} from "./rest/structures.ts";
export type { Mode, Reason, Resource } from "./rest/values.ts";
