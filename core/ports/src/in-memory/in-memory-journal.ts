import { type ContainerId, err, ok, type Result } from "@sc/domain";
import type { Journal, JournalEntry, JournalFailure } from "../journal.ts";

/** A journal that outlives its agent in the memory of a test or a simulation. */
export class InMemoryJournal implements Journal {
  /** As on a full disk. */
  isFull = false;
  #entries: readonly JournalEntry[] = [];

  append(entry: JournalEntry): Result<void, JournalFailure> {
    if (this.isFull) return err({ code: "SC_JOURNAL_FULL", text: "the disk is full" });
    const others = this.#entries.filter(
      (earlier) =>
        earlier.id !== entry.id ||
        earlier.resource !== entry.resource ||
        (entry.step !== "applied" && earlier.step === "applied"),
    );
    this.#entries = [...others, entry];
    return ok(undefined);
  }

  recover(): readonly JournalEntry[] {
    return this.#entries;
  }

  forget(id: ContainerId): void {
    this.#entries = this.#entries.filter((entry) => entry.id !== id);
  }

  close(): void {
    // Nothing is open.
  }
}
