import { err, ok, type Result } from "../result.ts";

/**
 * The name of a structure, safe to stand in a URL, a log line or a table. Names come from outside
 * (folders of the kernel, engines, people), so they are parsed once, where they enter.
 */
export type StructureName = string & { readonly __brand: "StructureName" };

export const structureNameMaxLength = 200;
const allowed = /^[A-Za-z0-9_][A-Za-z0-9_.@:+\\-]*$/;

/** Why a text cannot be a structure's name. */
export interface InvalidName {
  readonly code: "SC_NAME_INVALID";
  readonly message: string;
}

export function parseStructureName(text: string): Result<StructureName, InvalidName> {
  if (text.length === 0) return invalid("a name is empty");
  if (text.length > structureNameMaxLength)
    return invalid(`a name has ${text.length} characters, at most ${structureNameMaxLength} fit`);
  if (!allowed.test(text))
    return invalid(
      `the name ${JSON.stringify(text)} has other characters than letters, digits and _ . @ : + - \\, or does not begin with a letter, a digit or _`,
    );
  return ok(text as StructureName);
}

const invalid = (message: string) => err({ code: "SC_NAME_INVALID" as const, message });
