/** What a file of the published framework holds, told by its contents and not by its name. */
import { err, ok, type Result } from "@sc/domain";
import { parse } from "yaml";
import { fieldIn, type PublishedDocument } from "../translate/published-document.ts";

export type ReadFile =
  /** Documents of its database, or as its routes answer them. */
  | { readonly kind: "documents"; readonly documents: readonly unknown[] }
  | { readonly kind: "layout"; readonly layout: PublishedDocument }
  | { readonly kind: "services-config"; readonly values: PublishedDocument };

const layoutKeys = ["hosts", "containers", "apps", "applications", "users"];

export function readFile(text: string): Result<ReadFile, string> {
  const parsed = parseText(text);
  if (!parsed.ok) return parsed;
  const value = parsed.value;
  if (Array.isArray(value)) return ok({ kind: "documents", documents: value });
  if (!isObject(value)) return err("holds neither documents nor keys");
  const rows = fieldIn(value, "rows");
  if (Array.isArray(rows)) {
    return ok({ kind: "documents", documents: rows.map((row) => fieldIn(row, "doc") ?? row) });
  }
  const documents = fieldIn(value, "docs");
  if (Array.isArray(documents)) return ok({ kind: "documents", documents });
  if (typeof fieldIn(value, "type") === "string")
    return ok({ kind: "documents", documents: [value] });
  if (layoutKeys.some((key) => Object.hasOwn(value, key)))
    return ok({ kind: "layout", layout: value });
  if (Object.keys(value).some((key) => /^[A-Z][A-Z0-9_]+$/.test(key))) {
    return ok({ kind: "services-config", values: value });
  }
  const layout = layoutKeys.join(", ");
  return err(`is none of: documents with a type, a layout with ${layout}, keys in capitals`);
}

const textMost = 1024 * 1024;
/** Nothing of theirs has an anchor; what has many is made to grow. */
const aliasesMost = 10;

function parseText(text: string): Result<unknown, string> {
  if (text.length > textMost) return err(`has more than ${textMost / 1024} Ki characters`);
  try {
    if (/^\s*[[{]/.test(text)) return ok(JSON.parse(text));
    return ok(parse(text, { maxAliasCount: aliasesMost, prettyErrors: false, logLevel: "error" }));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return err(`is neither JSON nor YAML: ${why.slice(0, 200)}`);
  }
}

const isObject = (value: unknown): value is PublishedDocument =>
  typeof value === "object" && value !== null && !Array.isArray(value);
