import { assertNever } from "@sc/domain";
import type { CatalogueView } from "@sc/ports";
import type { PublishedDocument } from "../published-document.ts";
import { hostDocument } from "./host-document.ts";
import { applicationDocument, containerDocument, userDocument } from "./member-documents.ts";

export function documentOf(view: CatalogueView): PublishedDocument {
  switch (view.kind) {
    case "host":
      return hostDocument(view);
    case "container":
      return containerDocument(view);
    case "application":
      return applicationDocument(view);
    case "user":
      return userDocument(view);
    default:
      return assertNever(view);
  }
}
