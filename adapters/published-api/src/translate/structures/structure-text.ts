import type { CatalogueView } from "@sc/ports";
import { sortedJson } from "../sorted-json.ts";
import { documentOf } from "./document-of.ts";

/** A structure's document as it is sent. Cores are numbers, which only our own JSON sorts as texts. */
export const structureText = (view: CatalogueView): string =>
  view.kind === "host" ? sortedJson(documentOf(view)) : JSON.stringify(documentOf(view));
