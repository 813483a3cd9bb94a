import { type TSchema, Type } from "typebox";
import { configurationSchema } from "./configuration.ts";

/** One key of the configuration file, for messages and for the reference page. */
export interface ConfigurationKey {
  /** `sampling.autoSeconds` */
  readonly place: string;
  readonly expected: string;
  /** Absent where the default depends on who runs the server. */
  readonly preset: unknown;
  readonly meaning: string;
}

/** What a key's value must be, in words: `a number from 0.05 to 60`. */
export const expectedOf = (schema: TSchema): string => textOf(schema, "expected");

export const configurationKeys = (): readonly ConfigurationKey[] => keysOf(configurationSchema, "");

function keysOf(schema: TSchema, place: string): readonly ConfigurationKey[] {
  if (Type.IsObject(schema)) {
    return Object.entries(schema.properties).flatMap(([key, child]) =>
      keysOf(child, place === "" ? key : `${place}.${key}`),
    );
  }
  const preset = "default" in schema ? schema.default : undefined;
  return [{ place, expected: expectedOf(schema), preset, meaning: textOf(schema, "description") }];
}

function textOf(schema: TSchema, field: "expected" | "description"): string {
  const text = new Map<string, unknown>(Object.entries(schema)).get(field);
  return typeof text === "string" ? text : "";
}
