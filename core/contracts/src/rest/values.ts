import { type Static, type TSchema, Type } from "typebox";

/**
 * A value that is left out when it is not known. The static type also takes `undefined`, as the
 * inside says it, so that answers need no copying before they are sent.
 */
export const whenKnown = <Schema extends TSchema>(schema: Schema) =>
  Type.Optional(Type.Unsafe<Static<Schema> | undefined>(schema));

/** A list nobody changes. */
export const list = <Schema extends TSchema>(schema: Schema) =>
  Type.Unsafe<readonly Static<Schema>[]>(Type.Array(schema));

/** As one type of two names, which serializes without trying alternatives. */
export const numberOrNull = Type.Unsafe<number | null>({ type: ["number", "null"] });
/** Unix seconds. */
export const stamp = Type.Number();

export const modeSchema = Type.Enum(["observe", "recommend", "auto"]);
/** What every structure has a limit of, and what has its share of a disk or a network alone. */
export const computeResourceSchema = Type.Enum(["cpu", "mem"]);
export const resourceNames = ["cpu", "mem", "disk_read", "disk_write", "net"] as const;
export const resourceSchema = Type.Enum([...resourceNames]);
export const boundaryOfSchema = Type.Enum(["max", "current"]);
export type Mode = Static<typeof modeSchema>;
export type Resource = Static<typeof resourceSchema>;
export type ComputeResource = Static<typeof computeResourceSchema>;

export const reasonSchema = Type.Object({ code: Type.String(), text: Type.String() });
export type Reason = Static<typeof reasonSchema>;
