import { type TObject, type TSchema, Type } from "typebox";
import { type ServiceSettings, serviceSettingsSchemas } from "../config/service-settings.ts";
import { list } from "./values.ts";

export type ServiceName = keyof ServiceSettings;

/** One service's settings: in force, and as the configuration says. */
export type Settings = {
  readonly [Name in ServiceName]: {
    readonly service: Name;
    /** 0 = never changed. */
    readonly revision: number;
    readonly values: ServiceSettings[Name];
    readonly presets: ServiceSettings[Name];
  };
}[ServiceName];

/** What changes; `null` puts a key back to what the configuration says. */
export type SettingsUpdate<Name extends ServiceName = ServiceName> = {
  readonly [Key in keyof ServiceSettings[Name]]?: ServiceSettings[Name][Key] | null;
};

const one = (service: string, schema: TSchema) =>
  Type.Object({
    service: Type.Literal(service),
    revision: Type.Integer(),
    values: schema,
    presets: schema,
  });

export const settingsSchema = Type.Unsafe<Settings>({
  type: "object",
  discriminator: { propertyName: "service" },
  oneOf: Object.entries(serviceSettingsSchemas).map(([name, schema]) => one(name, schema)),
});

export const settingsListSchema = Type.Object({ settings: list(settingsSchema) });

const updateOf = (schema: TObject) =>
  Type.Object(
    Object.fromEntries(
      Object.entries(schema.properties).map(([key, value]) => [
        key,
        Type.Optional(Type.Union([value, Type.Null()])),
      ]),
    ),
    { additionalProperties: false },
  );

/** Of each service: every key may be left out or `null`, and no other is known. */
export const settingsUpdateSchemas: ReadonlyMap<string, TObject> = new Map(
  Object.entries(serviceSettingsSchemas).map(([name, schema]) => [name, updateOf(schema)]),
);
