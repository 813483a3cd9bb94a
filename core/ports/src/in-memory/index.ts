export { FakeLease, FakeLeaseWorld } from "./fake-lease.ts";
export { InMemoryDocumentStore } from "./in-memory-document-store.ts";
export { InMemoryJournal } from "./in-memory-journal.ts";
