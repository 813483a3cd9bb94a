import {
  applicationDeclarationSchema,
  applicationViewSchema,
  catalogueParts,
  catalogueUpdateSchema,
  changeListSchema,
  changeSchema,
  containerDeclarationSchema,
  declaredHostViewSchema,
  eventListSchema,
  eventSchema,
  explanationSchema,
  healthSchema,
  hostDeclarationSchema,
  importNoteSchema,
  limitsUpdateSchema,
  modePreviewSchema,
  modeUpdateSchema,
  pauseOutcomeSchema,
  problemSchema,
  readinessSchema,
  reasonSchema,
  releaseReportSchema,
  replayQuestionSchema,
  replaySchema,
  replaySideSchema,
  reportedResourceSchema,
  requestListSchema,
  requestSchema,
  resourceStateSchema,
  ruleDocumentSchema,
  ruleListSchema,
  ruleRemovalSchema,
  ruleSchema,
  serviceSettingsSchemas,
  settingsListSchema,
  settingsOutcomeSchema,
  settingsSchema,
  settingsUpdateSchemas,
  structureListSchema,
  structureSchema,
  subscriptionViewSchema,
  usageHistorySchema,
  userDeclarationSchema,
  userViewSchema,
} from "@sc/contracts";
import { type Described, describedSchema } from "./described-schema.ts";

/** `node-agent` becomes `NodeAgent`. */
const pascal = (name: string): string =>
  name.replace(/(?:^|-)([a-z])/g, (_all, letter: string) => letter.toUpperCase());

const ofServices = (
  schemas: Iterable<readonly [service: string, schema: object]>,
  kind: string,
): Record<string, object> =>
  Object.fromEntries(
    [...schemas].map(([service, schema]) => [`${pascal(service)}${kind}`, schema]),
  );

/** What has a name of its own in the description, so that it stands there once. */
const namedSchemas: Readonly<Record<string, object>> = {
  ...catalogueParts,
  Application: applicationViewSchema,
  ApplicationDeclaration: applicationDeclarationSchema,
  CatalogueUpdate: catalogueUpdateSchema,
  ContainerDeclaration: containerDeclarationSchema,
  DeclaredHost: declaredHostViewSchema,
  HostDeclaration: hostDeclarationSchema,
  Subscription: subscriptionViewSchema,
  User: userViewSchema,
  UserDeclaration: userDeclarationSchema,
  Change: changeSchema,
  ChangeList: changeListSchema,
  Event: eventSchema,
  EventList: eventListSchema,
  Explanation: explanationSchema,
  Health: healthSchema,
  LimitsUpdate: limitsUpdateSchema,
  ModePreview: modePreviewSchema,
  ModeUpdate: modeUpdateSchema,
  PauseOutcome: pauseOutcomeSchema,
  Problem: problemSchema,
  Readiness: readinessSchema,
  Reason: reasonSchema,
  ReleaseReport: releaseReportSchema,
  Replay: replaySchema,
  ReplayQuestion: replayQuestionSchema,
  ReplaySide: replaySideSchema,
  ReportedResource: reportedResourceSchema,
  Request: requestSchema,
  RequestList: requestListSchema,
  ResourceState: resourceStateSchema,
  ImportNote: importNoteSchema,
  Rule: ruleSchema,
  RuleDocument: ruleDocumentSchema,
  RuleList: ruleListSchema,
  RuleRemoval: ruleRemovalSchema,
  Settings: settingsSchema,
  SettingsList: settingsListSchema,
  SettingsOutcome: settingsOutcomeSchema,
  Structure: structureSchema,
  StructureList: structureListSchema,
  UsageHistory: usageHistorySchema,
  ResourceHistory: usageHistorySchema.properties.cpu,
  ResourceSums: usageHistorySchema.properties.sums.properties.cpu,
  ...ofServices(Object.entries(serviceSettingsSchemas), "Settings"),
  ...ofServices(settingsUpdateSchemas, "SettingsUpdate"),
};

/** The components, each made of the others where it holds them. */
export function componentSchemas(): Readonly<Record<string, unknown>> {
  const schemas = Object.entries(namedSchemas).map(([name, schema]) => [
    name,
    partsByName(describedSchema(schema)),
  ]);
  return Object.fromEntries(schemas);
}

const names: ReadonlyMap<string, string> = new Map(
  Object.entries(namedSchemas).map(([name, schema]) => [textOf(describedSchema(schema)), name]),
);

/** Every schema that has a name is replaced by it, wherever it stands. */
export function byName(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(byName);
  if (typeof value !== "object" || value === null) return value;
  const name = names.get(textOf(value));
  return name === undefined ? partsByName(value) : { $ref: `#/components/schemas/${name}` };
}

const partsByName = (value: object): Described =>
  Object.fromEntries(Object.entries(value).map(([key, part]) => [key, byName(part)]));

/** One text for equal schemas, whatever the order of their keys. */
function textOf(schema: object): string {
  return JSON.stringify(schema, (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
