import type { CatalogueView } from "@sc/ports";
import { sortedJson } from "../sorted-json.ts";
import { documentOf } from "./document-of.ts";

/** Of views that are still shown: a view that nothing changed is the same object again. */
const written = new WeakMap<CatalogueView, string>();

/** A structure's document as it is sent, written once for each view. */
export function structureText(view: CatalogueView): string {
  const known = written.get(view);
  if (known !== undefined) return known;
  const document = documentOf(view);
  // Cores are numbers, which only our own JSON sorts as texts.
  const text = view.kind === "host" ? sortedJson(document) : JSON.stringify(document);
  written.set(view, text);
  return text;
}
