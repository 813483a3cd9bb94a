import type { Catalogue, CatalogueKind, CatalogueView } from "@sc/ports";
import { fieldIn, type PublishedDocument } from "../../translate/published-document.ts";
import { documentOf } from "../../translate/structures/document-of.ts";
import { limitsDocument } from "../../translate/structures/member-documents.ts";
import { structureText } from "../../translate/structures/structure-text.ts";
import { notFound } from "../errors.ts";
import type { PublishedFaces } from "../faces.ts";
import { granted } from "../granted.ts";
import { type PublishedRoute, type Question, reading, readingText } from "../published-route.ts";
import { sharedInTurn } from "../shared-in-turn.ts";

/** Users have routes of their own. */
export const structureKinds: readonly CatalogueKind[] = ["host", "container", "application"];

const structureIn = (
  { parameters: { name = "" } }: Question,
  { catalogue }: PublishedFaces,
): CatalogueView => granted(catalogue.find({ name, kinds: structureKinds }));

/** What a document holds on the way down the keys that the path names. */
function partOf(name: string, document: PublishedDocument, keys: readonly string[]): unknown {
  let part: unknown = document;
  for (const key of keys) {
    part = fieldIn(part, key);
    if (part === undefined) throw notFound(`${name} has no ${key}`);
  }
  return part;
}

const resourcePart: Read = (question, faces) => {
  const { name = "", resource, parameter } = question.parameters;
  const keys = [resource, parameter].filter((key) => key !== undefined);
  return partOf(name, documentOf(structureIn(question, faces)), ["resources", ...keys]);
};

const limits: Read = (question, faces) => {
  const structure = structureIn(question, faces);
  const { name = "", resource } = question.parameters;
  if (structure.kind !== "container" && structure.kind !== "application") {
    throw notFound(`${name} is a ${structure.kind} and has no limits`);
  }
  const document = limitsDocument(structure);
  return resource === undefined ? document : partOf(name, document, [resource]);
};

/** Clients ask for the whole list for every page they show. */
const allStructures = sharedInTurn((catalogue: Catalogue): Buffer => {
  const views = [...catalogue.hosts(), ...catalogue.containers(), ...catalogue.applications()];
  return Buffer.from(`[${views.map(structureText).join(",")}]\n`);
});

type Read = (question: Question, faces: PublishedFaces) => unknown;

export const structureReadingRoutes: readonly PublishedRoute[] = [
  readingText("/structure/", (_, { catalogue }) => allStructures(catalogue)),
  readingText(
    "/structure/<name>",
    (question, faces) => `${structureText(structureIn(question, faces))}\n`,
  ),
  reading("/structure/<name>/resources", resourcePart),
  reading("/structure/<name>/resources/<resource>", resourcePart),
  reading("/structure/<name>/resources/<resource>/<parameter>", resourcePart),
  reading("/structure/<name>/limits", limits),
  reading("/structure/<name>/limits/<resource>", limits),
];
