/**
 * What clients declared, ready in memory, and its changes. Each change is judged on what is saved and on
 * what is about to be, in the order they came; what waits while a save runs is saved as one after it, so
 * that many clients share the disk's time. Whoever asks sees what is saved alone. When a save is refused,
 * so is everything that was judged on it.
 */
import { type CatalogueDocument, err, ok, parseStructureName, type Result } from "@sc/domain";
import type {
  ApiProblem,
  DocumentChange,
  DocumentWrite,
  LoadedDocuments,
  Log,
  NotSaved,
  StaleRevision,
} from "@sc/ports";
import { type StateUnreadable, stateUnreadable } from "../structure-registry/state-unreadable.ts";
import type { SettingsChange, StructureChange } from "../structure-registry/stored-structures.ts";
import {
  type CatalogueChange,
  type CatalogueState,
  declaredKinds,
  emptyCatalogue,
  revisionOf,
  withChanges,
} from "./catalogue-state.ts";

export type CatalogueWrite =
  | { readonly action: "put"; readonly document: CatalogueDocument }
  | {
      readonly action: "remove";
      readonly kind: CatalogueDocument["kind"];
      readonly name: CatalogueDocument["name"];
    };

/** What is to be saved together, once somebody found it right. */
export interface Proposal {
  readonly writes: readonly CatalogueWrite[];
  /** Settings of containers, with them. */
  readonly settings?: readonly StructureChange[];
}

/** What a change is judged on. */
export interface Proposed {
  readonly state: CatalogueState;
  /** Settings that are about to be saved, oldest first. */
  readonly settings: readonly StructureChange[];
}

export interface CatalogueBookDeps {
  readonly log: Log;
  readonly save: (
    settings: SettingsChange,
    others: readonly DocumentWrite[],
  ) => Promise<Result<void, NotSaved | StaleRevision | StateUnreadable>>;
}

interface Batch {
  readonly writes: CatalogueWrite[];
  readonly settings: StructureChange[];
  readonly done: Promise<Result<void, ApiProblem>>;
  readonly settle: (answer: Result<void, ApiProblem>) => void;
}

export class CatalogueBook {
  readonly #deps: CatalogueBookDeps;
  #isKnown = false;
  #saved: CatalogueState = emptyCatalogue;
  #proposed: CatalogueState = emptyCatalogue;
  /** Revisions of documents that cannot be understood: to people they are not there. */
  readonly #leftOut = new Map<string, number>();
  #saving: Batch | undefined;
  #waiting: Batch | undefined;

  constructor(deps: CatalogueBookDeps) {
    this.#deps = deps;
  }

  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** What is saved. */
  get state(): CatalogueState {
    return this.#saved;
  }

  /** What was stored is known from now on. */
  take({ documents, faults }: LoadedDocuments): void {
    this.#isKnown = true;
    for (const fault of faults) this.#leftOut.set(keyOf(fault), fault.revision);
    const changes = documents.map(({ document, revision }) => ({
      ...document,
      document,
      revision,
    }));
    this.#saved = withChanges(emptyCatalogue, catalogueChanges(changes));
    this.#proposed = this.#saved;
  }

  /** What was saved, by us or by somebody else. */
  takeChanges(changes: readonly DocumentChange[]): void {
    if (!this.#isKnown) return;
    const ours = catalogueChanges(changes);
    if (ours.length === 0) return;
    for (const change of changes) this.#leftOut.delete(keyOf(change));
    this.#saved = withChanges(this.#saved, ours);
    const unsaved = [this.#saving, this.#waiting].flatMap((batch) => batch?.writes ?? []);
    this.#proposed = this.#with(this.#saved, unsaved);
  }

  /** Judges a change and saves it; the answer comes when it is saved. */
  async change(
    propose: (proposed: Proposed) => Result<Proposal, ApiProblem>,
  ): Promise<Result<void, ApiProblem>> {
    if (!this.#isKnown) return err(problemOf(stateUnreadable));
    const settings = [this.#saving, this.#waiting].flatMap((batch) => batch?.settings ?? []);
    const proposal = propose({ state: this.#proposed, settings });
    if (!proposal.ok) return proposal;
    const { writes } = proposal.value;
    const changed = proposal.value.settings ?? [];
    if (writes.length === 0 && changed.length === 0) return ok(undefined);
    this.#proposed = this.#with(this.#proposed, writes);
    const batch = this.#waiting ?? newBatch();
    this.#waiting = batch;
    batch.writes.push(...writes);
    batch.settings.push(...changed);
    this.#saveWaiting();
    return batch.done;
  }

  #saveWaiting(): void {
    const batch = this.#waiting;
    if (this.#saving !== undefined || batch === undefined) return;
    this.#saving = batch;
    this.#waiting = undefined;
    void this.#save(batch);
  }

  async #save(batch: Batch): Promise<void> {
    const { log, save } = this.#deps;
    let answer: Result<void, ApiProblem>;
    try {
      const saved = await save({ structures: batch.settings }, this.#documentWrites(batch.writes));
      answer = saved.ok ? saved : err(problemOf(saved.error));
    } catch (error) {
      log.error("saving what was declared failed", { error });
      answer = err(problemOf({ code: "SC_STATE_NOT_SAVED", cause: "other", text: String(error) }));
    }
    this.#saving = undefined;
    if (answer.ok) {
      this.#proposed = this.#with(this.#saved, this.#waiting?.writes ?? []);
      log.info("what was declared was changed", { writes: batch.writes.length });
    } else {
      // What waits was judged on what is not there now.
      this.#waiting?.settle(answer);
      this.#waiting = undefined;
      this.#proposed = this.#saved;
    }
    batch.settle(answer);
    this.#saveWaiting();
  }

  /** The newest word on each document, on top of what is saved of it. */
  #documentWrites(writes: readonly CatalogueWrite[]): readonly DocumentWrite[] {
    const newest = new Map(writes.map((write) => [keyOf(subjectOf(write)), write]));
    return [...newest].map(([key, write]) => {
      const expected = revisionOf(this.#saved, subjectOf(write));
      return { ...write, expectedRevision: expected || (this.#leftOut.get(key) ?? 0) };
    });
  }

  #with(state: CatalogueState, writes: readonly CatalogueWrite[]): CatalogueState {
    const changes = writes.map((write): CatalogueChange => {
      if (write.action === "remove") return write;
      const { document } = write;
      return { document, revision: revisionOf(this.#saved, document) + 1 };
    });
    return withChanges(state, changes);
  }
}

function newBatch(): Batch {
  const { promise, resolve } = Promise.withResolvers<Result<void, ApiProblem>>();
  return { writes: [], settings: [], done: promise, settle: resolve };
}

const subjectOf = (write: CatalogueWrite) => (write.action === "put" ? write.document : write);

const keyOf = ({ kind, name }: { readonly kind: string; readonly name: string }): string =>
  `${kind}/${name}`;

function catalogueChanges(changes: readonly DocumentChange[]): readonly CatalogueChange[] {
  return changes.flatMap(({ kind: changed, name: text, document, revision }): CatalogueChange[] => {
    const kind = declaredKinds.find((each) => each === changed);
    if (kind === undefined) return [];
    if (document !== undefined) {
      return isDeclared(document) ? [{ document, revision }] : [];
    }
    const name = parseStructureName(text);
    return name.ok ? [{ kind, name: name.value }] : [];
  });
}

const isDeclared = (
  document: NonNullable<DocumentChange["document"]>,
): document is CatalogueDocument => declaredKinds.some((kind) => kind === document.kind);

function problemOf({ code, text }: NotSaved | StaleRevision | StateUnreadable): ApiProblem {
  const why = code === "SC_STATE_UNREADABLE" ? text : `because it could not be saved: ${text}`;
  return { code, detail: `nothing was changed, ${why}` };
}
