import { type Document, err, ok, type Result } from "@sc/domain";
import type {
  DocumentChange,
  DocumentFault,
  DocumentStore,
  DocumentWrite,
  LoadedDocuments,
  NotSaved,
  StaleRevision,
  StoredDocument,
  StoreUnreadable,
} from "../document-store.ts";

interface Entry {
  readonly kind: Document["kind"];
  readonly name: string;
  readonly revision: number;
  /** `undefined` = removed: its revision is remembered. */
  readonly document: Document | undefined;
}

/** A store for tests and the simulator; it can be told to answer as a full disk does, or a damaged file. */
export class InMemoryDocumentStore implements DocumentStore {
  /** What cannot be understood, for `load` to tell. */
  faults: readonly DocumentFault[] = [];
  #entries: ReadonlyMap<string, Entry>;
  #refusal: NotSaved | undefined;
  #unreadable: StoreUnreadable | undefined;
  readonly #listeners = new Set<(changed: readonly DocumentChange[]) => void>();

  constructor(documents: readonly Document[] = []) {
    this.#entries = new Map(
      documents.map((document) => [
        keyOf(document),
        { kind: document.kind, name: document.name, revision: 1, document },
      ]),
    );
  }

  refuse(text: string | undefined, cause: NotSaved["cause"] = "full"): void {
    this.#refusal = text === undefined ? undefined : { code: "SC_STATE_NOT_SAVED", cause, text };
  }

  setUnreadable(why: StoreUnreadable | undefined): void {
    this.#unreadable = why;
  }

  async load(): Promise<Result<LoadedDocuments, StoreUnreadable>> {
    if (this.#unreadable !== undefined) return err(this.#unreadable);
    const documents = [...this.#entries.values()].flatMap(({ document, revision }) =>
      document === undefined ? [] : [{ document, revision }],
    );
    return ok({ documents, faults: this.faults });
  }

  async save(
    writes: readonly DocumentWrite[],
  ): Promise<Result<readonly StoredDocument[], NotSaved | StaleRevision>> {
    if (this.#refusal !== undefined) return err(this.#refusal);
    const entries = new Map(this.#entries);
    const changed: Entry[] = [];
    for (const write of writes) {
      const subject = write.action === "put" ? write.document : write;
      const before = entries.get(keyOf(subject));
      const stale = staleness(write, subject, before);
      if (stale !== undefined) return err(stale);
      if (write.action === "remove" && before?.document === undefined) continue;
      const entry: Entry = {
        kind: subject.kind,
        name: subject.name,
        revision: (before?.revision ?? 0) + 1,
        document: write.action === "put" ? write.document : undefined,
      };
      entries.set(keyOf(subject), entry);
      changed.push(entry);
    }
    this.#entries = entries;
    if (changed.length > 0) for (const listen of this.#listeners) listen(changed);
    return ok(
      changed.flatMap(({ document, revision }) =>
        document === undefined ? [] : [{ document, revision }],
      ),
    );
  }

  watch(listen: (changed: readonly DocumentChange[]) => void): { cancel(): void } {
    this.#listeners.add(listen);
    return { cancel: () => this.#listeners.delete(listen) };
  }

  async close(): Promise<void> {
    // Nothing is open.
  }
}

const keyOf = ({ kind, name }: { readonly kind: string; readonly name: string }): string =>
  `${kind}/${name}`;

function staleness(
  { expectedRevision }: DocumentWrite,
  { kind, name }: Pick<Document, "kind" | "name">,
  before: Entry | undefined,
): StaleRevision | undefined {
  const revision = before?.document === undefined ? 0 : before.revision;
  if (expectedRevision === undefined || expectedRevision === revision) return undefined;
  const text = `${kind} ${name} has revision ${revision}, not ${expectedRevision}`;
  return { code: "SC_STORE_STALE_REVISION", kind, name, revision, text };
}
