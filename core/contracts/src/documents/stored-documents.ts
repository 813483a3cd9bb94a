import { Type } from "typebox";
import { serviceSettingsSchemas } from "../config/service-settings.ts";

/** The version of contents this program writes; a document of a newer one is left alone. */
export const documentVersion = 1;

export const hostDocumentSchema = Type.Object(
  { isPaused: Type.Boolean() },
  { additionalProperties: false },
);

/** JSON that is kept as it came; its keys are few. */
export const keptContentSchema = Type.Unsafe<Readonly<Record<string, unknown>>>(
  Type.Object({}, { additionalProperties: true, maxProperties: 200 }),
);

/** What was set of a running service; what is left out follows the configuration. */
export const storedServiceSchemas = {
  "node-agent": Type.Partial(serviceSettingsSchemas["node-agent"]),
  guardian: Type.Partial(serviceSettingsSchemas.guardian),
  scaler: Type.Partial(serviceSettingsSchemas.scaler),
  "structure-snapshoter": Type.Partial(serviceSettingsSchemas["structure-snapshoter"]),
  "database-snapshoter": Type.Partial(serviceSettingsSchemas["database-snapshoter"]),
  "sanity-checker": Type.Partial(serviceSettingsSchemas["sanity-checker"]),
  refeeder: Type.Partial(serviceSettingsSchemas.refeeder),
};
