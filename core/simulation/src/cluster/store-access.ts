import { err, type Result } from "@sc/domain";
import type {
  DocumentChange,
  DocumentStore,
  DocumentWrite,
  LoadedDocuments,
  NotSaved,
  StaleRevision,
  StoredDocument,
  StoreUnreadable,
} from "@sc/ports";

/** What keeps a host from the store that all hosts share. */
export type StoreFault = "full" | "unreadable" | "silent";

/** The shared store as one host reaches it. */
export class StoreAccess implements DocumentStore {
  readonly #store: DocumentStore;
  readonly #listeners = new Set<(changed: readonly DocumentChange[]) => void>();
  #fault: StoreFault | undefined;
  #untold: (readonly DocumentChange[])[] = [];

  constructor(store: DocumentStore) {
    this.#store = store;
    store.watch((changed) => {
      this.#untold.push(changed);
      this.#tell();
    });
  }

  get fault(): StoreFault | undefined {
    return this.#fault;
  }

  setFault(fault: StoreFault | undefined): void {
    this.#fault = fault;
    this.#tell();
  }

  async load(): Promise<Result<LoadedDocuments, StoreUnreadable>> {
    if (this.#fault === "unreadable")
      return err({ code: "SC_STATE_UNREADABLE", text: "the store does not answer" });
    return this.#store.load();
  }

  async save(
    writes: readonly DocumentWrite[],
  ): Promise<Result<readonly StoredDocument[], NotSaved | StaleRevision>> {
    if (this.#fault !== "full") return this.#store.save(writes);
    return err({ code: "SC_STATE_NOT_SAVED", cause: "full", text: "the disk is full" });
  }

  watch(listen: (changed: readonly DocumentChange[]) => void): { cancel(): void } {
    this.#listeners.add(listen);
    return { cancel: () => void this.#listeners.delete(listen) };
  }

  async close(): Promise<void> {
    // It is the others' too.
  }

  /** The process that listened is dead; the next one loads what is stored. */
  forgetListeners(): void {
    this.#listeners.clear();
    this.#untold = [];
  }

  /** What others saved is told late, and in order. */
  #tell(): void {
    if (this.#fault === "silent") return;
    const untold = this.#untold;
    this.#untold = [];
    for (const changed of untold) for (const listen of this.#listeners) listen(changed);
  }
}
