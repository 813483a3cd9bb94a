import { type Static, Type } from "typebox";
import { list } from "./values.ts";

/** What one question may hold; files of an installation with a thousand containers have half of it. */
export const importBytesMost = 2 * 1024 * 1024;

export const importQuestionSchema = Type.Object(
  {
    files: Type.Array(
      Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 200 }),
          text: Type.String({ maxLength: importBytesMost }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 50, expected: "a list of 1 to 50 files with name and text" },
    ),
    /** Everything is checked, and nothing is changed. */
    isDryRun: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type ImportQuestion = Static<typeof importQuestionSchema>;

export const importNoteSchema = Type.Object({
  file: Type.String(),
  /** What of the file it is about. */
  field: Type.String(),
  text: Type.String(),
});
const notes = list(importNoteSchema);

export const importReportSchema = Type.Object({
  changes: notes,
  leftOut: notes,
  /** What the configuration file should say. */
  configuration: notes,
});
export type ImportReport = Static<typeof importReportSchema>;
