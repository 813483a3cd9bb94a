import {
  type Experiment,
  type ExperimentDocument,
  type ExperimentKind,
  err,
  ok,
  type Result,
} from "@sc/domain";
import type {
  Clock,
  DocumentStore,
  ExperimentDraft,
  ExperimentPlace,
  ExperimentProblem,
  ExperimentReport,
  Experiments,
  HistoryStore,
  LoadedDocuments,
  ReportQuestion,
  StoredDocument,
  StoredExperiment,
} from "@sc/ports";
import type { DocumentTaker } from "../live-documents/document-loader.ts";
import { reportOn } from "./report-on.ts";

/** Of each kind; a client that adds without end must not fill the disk. */
const keptMost = 10_000;

export interface ExperimentDeskDeps {
  readonly clock: Clock;
  readonly store: Pick<DocumentStore, "save">;
  readonly history: Pick<HistoryStore, "structures" | "usage">;
  /** A name that nothing else has. */
  readonly newId: () => string;
}

/** Keeps when things were tried, and tells what was used meanwhile. */
export class ExperimentDesk implements Experiments, DocumentTaker {
  readonly #deps: ExperimentDeskDeps;
  readonly #kept: Readonly<Record<ExperimentKind, Map<string, StoredExperiment>>> = {
    experiment: new Map(),
    "experiment-test": new Map(),
  };
  #isLoaded = false;

  constructor(deps: ExperimentDeskDeps) {
    this.#deps = deps;
  }

  take({ documents }: LoadedDocuments): void {
    this.#isLoaded = true;
    for (const stored of documents) this.#keep(stored);
  }

  list(kind: ExperimentKind): Result<readonly StoredExperiment[], ExperimentProblem> {
    if (!this.#isLoaded) return err(notReady);
    return ok([...this.#kept[kind].values()].toSorted(byAge));
  }

  async add(draft: ExperimentDraft): Promise<Result<StoredExperiment, ExperimentProblem>> {
    if (!this.#isLoaded) return err(notReady);
    if (this.#kept[draft.kind].size >= keptMost) return err(tooMany);
    const now = this.#now();
    const times = { createdTime: now, updatedTime: now };
    return this.#save(documentOf(draft, this.#deps.newId(), times), 0);
  }

  async replace(
    place: ExperimentPlace,
    draft: ExperimentDraft,
  ): Promise<Result<StoredExperiment, ExperimentProblem>> {
    const found = this.#find(draft.kind, place);
    if (!found.ok) return found;
    const { createdTime } = found.value.content;
    const times = { createdTime, updatedTime: this.#now() };
    return this.#save(documentOf(draft, place.id, times), place.revision);
  }

  async remove(
    kind: ExperimentKind,
    place: ExperimentPlace,
  ): Promise<Result<void, ExperimentProblem>> {
    const found = this.#find(kind, place);
    if (!found.ok) return found;
    const { id: name, revision: expectedRevision } = place;
    const saved = await this.#deps.store.save([{ action: "remove", kind, name, expectedRevision }]);
    if (!saved.ok) return err({ code: saved.error.code, message: saved.error.text });
    this.#kept[kind].delete(name);
    return ok(undefined);
  }

  async report(question: ReportQuestion): Promise<Result<ExperimentReport, ExperimentProblem>> {
    if (!this.#isLoaded) return err(notReady);
    const { experimentId, testName, username } = question;
    const kind = testName === undefined ? "experiment" : "experiment-test";
    const found = [...this.#kept[kind].values()].filter(
      (each) =>
        each.content.experimentId === experimentId &&
        (username === undefined || each.content.username === username) &&
        (each.kind === "experiment" || each.content.testName === testName),
    );
    // Of several with one identifier the one that was made last.
    const newest = found.toSorted(byAge).at(-1);
    if (newest === undefined) return err(unknown);
    const { clock, history } = this.#deps;
    return reportOn({ content: newest.content, testName }, { history, now: clock.wall() });
  }

  #find(
    kind: ExperimentKind,
    { id, revision }: ExperimentPlace,
  ): Result<StoredExperiment, ExperimentProblem> {
    if (!this.#isLoaded) return err(notReady);
    const found = this.#kept[kind].get(id);
    if (found === undefined) return err(unknown);
    return found.revision === revision ? ok(found) : err(stale);
  }

  async #save(
    document: ExperimentDocument,
    expectedRevision: number,
  ): Promise<Result<StoredExperiment, ExperimentProblem>> {
    const saved = await this.#deps.store.save([{ action: "put", document, expectedRevision }]);
    if (!saved.ok) return err({ code: saved.error.code, message: saved.error.text });
    for (const stored of saved.value) this.#keep(stored);
    const kept = this.#kept[document.kind].get(document.name);
    return kept === undefined ? err(unknown) : ok(kept);
  }

  #keep({ document, revision }: StoredDocument): void {
    const { kind, name: id } = document;
    if (kind === "experiment") {
      this.#kept[kind].set(id, { kind, id, revision, content: document.content });
    } else if (kind === "experiment-test") {
      this.#kept[kind].set(id, { kind, id, revision, content: document.content });
    }
  }

  #now(): number {
    return Math.trunc(this.#deps.clock.wall());
  }
}

const byAge = (a: StoredExperiment, b: StoredExperiment): number =>
  a.content.createdTime - b.content.createdTime || (a.id < b.id ? -1 : 1);

function documentOf(
  draft: ExperimentDraft,
  name: string,
  times: Pick<Experiment, "createdTime" | "updatedTime">,
): ExperimentDocument {
  return draft.kind === "experiment"
    ? { kind: draft.kind, name, content: { ...draft.content, ...times } }
    : { kind: draft.kind, name, content: { ...draft.content, ...times } };
}

const notReady: ExperimentProblem = {
  code: "SC_NOT_READY",
  message: "what was stored is not read yet; ask again",
};
const unknown: ExperimentProblem = {
  code: "SC_EXPERIMENT_UNKNOWN",
  message: "there is no such experiment or test",
};
const stale: ExperimentProblem = {
  code: "SC_STORE_STALE_REVISION",
  message: "it was changed meanwhile; read it again",
};
const tooMany: ExperimentProblem = {
  code: "SC_EXPERIMENTS_TOO_MANY",
  message: `${keptMost} are kept at most; delete some`,
};
