import { Type } from "typebox";

/** The version this program writes; a file of a newer one is left alone. */
export const stateFileVersion = 1;

export const stateFileSchema = Type.Object(
  {
    version: Type.Literal(stateFileVersion),
    isPaused: Type.Boolean(),
    structures: Type.Record(Type.String(), Type.Unknown()),
  },
  { additionalProperties: false },
);
