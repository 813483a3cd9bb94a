import { InMemoryJournal } from "./in-memory-journal.ts";
import { journalSuite } from "./journal-suite.ts";

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
