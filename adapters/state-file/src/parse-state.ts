import {
  type StoredStructure,
  stateFileSchema,
  stateFileVersion,
  storedStructureSchema,
} from "@sc/contracts";
import { err, ok, parseStructureName, type Result } from "@sc/domain";
import type { StateDocument } from "@sc/ports";
import { Value } from "typebox/value";

export interface ParsedState {
  readonly document: StateDocument;
  /** Entries that were skipped, each with what is wrong. */
  readonly faults: readonly { readonly structure: string; readonly text: string }[];
}

/** The document of a state file's text, or why the file as a whole cannot be understood. */
export function parseState(text: string): Result<ParsedState, string> {
  const file = parseJson(text);
  if (!file.ok) return file;
  const newer = newerVersionOf(file.value);
  if (newer !== undefined)
    return err(`its version is ${newer}, this program knows versions up to ${stateFileVersion}`);
  if (!Value.Check(stateFileSchema, file.value)) {
    const [first] = Value.Errors(stateFileSchema, file.value);
    return err(`${first?.instancePath || "the document"} ${first?.message ?? "is malformed"}`);
  }
  const { isPaused, structures } = file.value;
  return ok(parseStructures(isPaused, structures));
}

function parseStructures(isPaused: boolean, structures: Record<string, unknown>): ParsedState {
  const good: [string, StoredStructure][] = [];
  const faults: { structure: string; text: string }[] = [];
  for (const [structure, entry] of Object.entries(structures)) {
    const name = parseStructureName(structure);
    if (!name.ok) {
      faults.push({ structure, text: name.error.message });
    } else if (Value.Check(storedStructureSchema, entry)) {
      good.push([structure, entry]);
    } else {
      const [first] = Value.Errors(storedStructureSchema, entry);
      faults.push({
        structure,
        text: `${first?.instancePath ?? ""} ${first?.message ?? ""}`.trim(),
      });
    }
  }
  // Not by assignment: a structure may be called `__proto__`.
  return { document: { isPaused, structures: Object.fromEntries(good) }, faults };
}

function parseJson(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text));
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
}

function newerVersionOf(file: unknown): number | undefined {
  if (typeof file !== "object" || file === null || !("version" in file)) return undefined;
  const { version } = file;
  return typeof version === "number" && version > stateFileVersion ? version : undefined;
}
