/**
 * Takes over files of the published framework, as a whole or not at all: everything is read and checked
 * before anything is done. What was declared is taken back when a later step is refused; rules and
 * settings come last, in one step. Who ends the process in between asks again: what is there stays.
 */
import { err, ok, type Result } from "@sc/domain";
import type {
  ApiProblem,
  Catalogue,
  DocumentChanges,
  ImportFile,
  ImportNote,
  ImportOptions,
  ImportRefusal,
  ImportReport,
  Imports,
  LiveDocuments,
  Orchestration,
} from "@sc/ports";
import { fieldIn, type PublishedDocument } from "../translate/published-document.ts";
import type { LiveServices } from "../translate/services/live-services.ts";
import { planDeclarations, type Step } from "./declarations.ts";
import { addLayout } from "./layout.ts";
import { DocumentPlan, type Findings, nameOf, type PlannedChange } from "./plan-documents.ts";
import { readFile } from "./read-file.ts";
import { readServicesConfig } from "./services-config.ts";
import { Structures } from "./structures.ts";

export interface PublishedImportDeps {
  readonly documents: LiveDocuments & DocumentChanges;
  readonly services: LiveServices;
  readonly catalogue: Catalogue;
  readonly orchestration: Pick<Orchestration, "structure">;
  readonly isLocal: (host: string) => boolean;
}

interface Plan {
  readonly steps: readonly Step[];
  readonly changes: readonly PlannedChange[];
  readonly report: ImportReport;
}

export class PublishedImport implements Imports {
  readonly #deps: PublishedImportDeps;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: PublishedImportDeps) {
    this.#deps = deps;
  }

  /** One at a time: two would each take back what the other counts on. */
  take(
    files: readonly ImportFile[],
    options: ImportOptions,
  ): Promise<Result<ImportReport, ImportRefusal>> {
    const mine = this.#turn.then(() => this.#take(files, options));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #take(
    files: readonly ImportFile[],
    { isDryRun }: ImportOptions,
  ): Promise<Result<ImportReport, ImportRefusal>> {
    const plan = this.#plan(files);
    if (!plan.ok) return plan;
    const { steps, changes, report } = plan.value;
    const dry = await this.#changeDocuments(changes, { isDryRun: true });
    if (!dry.ok || isDryRun) return dry.ok ? ok(report) : dry;
    const declared = await declareAll(steps);
    if (!declared.ok) return declared;
    const changed = await this.#changeDocuments(changes, { isDryRun: false });
    if (changed.ok) return ok(report);
    const left = await takeBack(steps);
    return err({ ...changed.error, faults: [...changed.error.faults, ...left] });
  }

  #plan(files: readonly ImportFile[]): Result<Plan, ImportRefusal> {
    const found: Findings = { leftOut: [], faults: [] };
    const configuration: ImportNote[] = [];
    const documents = new DocumentPlan(found);
    const structures = new Structures(found);
    for (const { name: file, text } of files) {
      const read = readFile(text);
      if (!read.ok) {
        found.faults.push({ file, field: "the file", text: read.error });
      } else if (read.value.kind === "documents") {
        for (const document of read.value.documents) {
          addDocument(file, document, { documents, structures, found });
        }
        documents.seed(file);
      } else if (read.value.kind === "layout") {
        const { orchestration } = this.#deps;
        addLayout(file, read.value.layout, { orchestration, structures, found });
      } else {
        const config = readServicesConfig(file, read.value.values);
        configuration.push(...config.configuration);
        found.leftOut.push(...config.leftOut);
      }
    }
    const { catalogue, isLocal, orchestration, services } = this.#deps;
    const isRunning = (container: string): boolean => orchestration.structure(container).ok;
    const steps = planDeclarations(structures, { catalogue, isLocal, isRunning }, found);
    const changes = documents.changes(this.#deps.documents, services);
    if (found.faults.length > 0) return err(refusal(found.faults));
    const notes = [...steps, ...changes].map(({ note }) => note);
    return ok({
      steps,
      changes,
      report: { changes: notes, leftOut: found.leftOut, configuration },
    });
  }

  async #changeDocuments(
    planned: readonly PlannedChange[],
    options: ImportOptions,
  ): Promise<Result<void, ImportRefusal>> {
    const { documents } = this.#deps;
    const changed = await documents.changeAll(
      planned.map(({ change }) => change),
      options,
    );
    if (changed.ok) return changed;
    const { at, ...problem } = changed.error;
    const note = planned[at ?? -1]?.note ?? { file: "the files", field: "rules and services" };
    return err(refusal([{ ...note, text: problem.detail }]));
  }
}

function addDocument(
  file: string,
  document: unknown,
  to: {
    readonly documents: DocumentPlan;
    readonly structures: Structures;
    readonly found: Findings;
  },
): void {
  const type = fieldIn(document, "type");
  if (!isObject(document)) {
    to.found.faults.push({ file, field: "a document", text: "is no object" });
  } else if (type === "rule") to.documents.addRule(file, document);
  else if (type === "service") to.documents.addService(file, document);
  else if (type === "limit") to.structures.addLimits(document);
  else if (type === "structure" || type === "user") to.structures.add(file, document);
  else if (type === "event" || type === "request") {
    const text = "is of the past: what happens from now on counts";
    to.found.leftOut.push({ file, field: `${type} ${nameOf(document)}`, text });
  } else {
    const text = "type is none of rule, service, structure, limit, user";
    to.found.faults.push({ file, field: `document ${nameOf(document)}`, text });
  }
}

async function declareAll(steps: readonly Step[]): Promise<Result<void, ImportRefusal>> {
  for (const [index, { note, run }] of steps.entries()) {
    const done = await run();
    if (done.ok) continue;
    const left = await takeBack(steps.slice(0, index));
    return err(refusal([{ ...note, text: done.error.detail }, ...left]));
  }
  return ok(undefined);
}

/** The newest first; what could not be taken back is told. */
async function takeBack(steps: readonly Step[]): Promise<readonly ImportNote[]> {
  const left: ImportNote[] = [];
  for (const { note, undo } of steps.toReversed()) {
    const undone: Result<unknown, ApiProblem> = await undo();
    if (undone.ok) continue;
    left.push({
      ...note,
      text: `was declared and could not be taken back: ${undone.error.detail}`,
    });
  }
  return left;
}

const refusal = (faults: readonly ImportNote[]): ImportRefusal => ({
  code: "SC_IMPORT_REFUSED",
  detail: `nothing was changed: ${faults.length === 1 ? "one fault" : `${faults.length} faults`}`,
  faults,
});

const isObject = (value: unknown): value is PublishedDocument =>
  typeof value === "object" && value !== null && !Array.isArray(value);
