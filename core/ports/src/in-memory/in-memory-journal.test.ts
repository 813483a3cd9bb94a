import { journalSuite } from "../testing/journal-suite.ts";
import { InMemoryJournal } from "./in-memory-journal.ts";

journalSuite("InMemoryJournal", () => {
  const journal = new InMemoryJournal();
  return {
    start: () => journal,
    setFull: (isFull) => {
      journal.isFull = isFull;
    },
    close: () => undefined,
  };
});
