import {
  documentVersion,
  experimentSchema,
  experimentTestSchema,
  hostDocumentSchema,
  keptContentSchema,
  ruleDocumentSchema,
  storedServiceSchemas,
  storedStructureSchema,
} from "@sc/contracts";
import {
  type Document,
  err,
  ok,
  parseStructureName,
  type Result,
  type ServiceName,
  serviceNames,
} from "@sc/domain";
import type { DocumentFault, StoredDocument } from "@sc/ports";
import type { TSchema } from "typebox";
import { checkCatalogued } from "./catalogue-contents.ts";
import { checked } from "./check-content.ts";
import type { DocumentRow } from "./document-protocol.ts";

/** The document of a row, or what is wrong with it, by field and bound. */
export function readDocument(row: DocumentRow): Result<StoredDocument, DocumentFault> {
  const { kind, name, revision, version } = row;
  const fault = (code: DocumentFault["code"], text: string) =>
    err({ kind, name, revision, code, text });
  if (version > documentVersion)
    return fault(
      "SC_DOCUMENT_NEWER",
      `its version is ${version}, this program knows versions up to ${documentVersion}`,
    );
  const content = parseJson(row.content);
  const document = content.ok ? checkDocument(kind, name, content.value) : content;
  return document.ok
    ? ok({ document: document.value, revision })
    : fault("SC_DOCUMENT_INVALID", document.error);
}

/** The content as JSON, once it is known to be readable again; or the field and bound it breaks. */
export function writeContent({ kind, name, content }: Document): Result<string, string> {
  const checked = checkDocument(kind, name, content);
  return checked.ok ? ok(JSON.stringify(content)) : checked;
}

function checkDocument(kind: string, name: string, content: unknown): Result<Document, string> {
  switch (kind) {
    case "host":
      if (name !== "host") return err(`a host's document is called "host"`);
      return checked(hostDocumentSchema, content, (good) =>
        ok({ kind: "host", name: "host", content: good }),
      );
    case "structure": {
      const parsed = parseStructureName(name);
      if (!parsed.ok) return err(parsed.error.message);
      return checked(storedStructureSchema, content, (good) =>
        ok({ kind, name: parsed.value, content: good }),
      );
    }
    case "declared-host":
    case "subscription":
    case "application":
    case "user":
      return checkCatalogued(kind, name, content);
    case "rule":
      return checked(ruleDocumentSchema, content, (good) =>
        (good.name ?? name) === name
          ? ok({ kind, name, content: { ...good, name } })
          : err(`/name is ${JSON.stringify(good.name)}, not the document's name`),
      );
    case "experiment":
      return checked(experimentSchema, content, (good) => ok({ kind, name, content: good }));
    case "experiment-test":
      return checked(experimentTestSchema, content, (good) => ok({ kind, name, content: good }));
    case "kept-rule":
    case "kept-service":
      return checked(keptContentSchema, content, (good) => ok({ kind, name, content: good }));
    case "service":
      return checkService(name, content);
    default:
      return err("this program knows no documents of this kind");
  }
}

function checkService(name: string, content: unknown): Result<Document, string> {
  if (!isServiceName(name)) return err(`no service is called ${JSON.stringify(name)}`);
  // Which content belongs to which name is what the schema of that name says.
  return checked<TSchema, Document>(storedServiceSchemas[name], content, (good) =>
    ok({ kind: "service", name, content: good } as Document),
  );
}

const isServiceName = (name: string): name is ServiceName =>
  serviceNames.some((known) => known === name);

function parseJson(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text));
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
}
