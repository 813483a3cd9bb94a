import { err, ok, type Result } from "@sc/domain";
import {
  emptyStateDocument,
  type NotSaved,
  type StateDocument,
  type StateStore,
} from "../state-store.ts";

/** A store for tests; `refuse` makes it answer as a full disk does. */
export class InMemoryStateStore implements StateStore {
  #document: StateDocument;
  #refusal: NotSaved | undefined;

  constructor(document: StateDocument = emptyStateDocument) {
    this.#document = document;
  }

  refuse(text: string | undefined): void {
    this.#refusal = text === undefined ? undefined : { code: "SC_STATE_NOT_SAVED", text };
  }

  async load(): Promise<StateDocument> {
    return this.#document;
  }

  async save(document: StateDocument): Promise<Result<void, NotSaved>> {
    if (this.#refusal !== undefined) return err(this.#refusal);
    this.#document = document;
    return ok(undefined);
  }
}
