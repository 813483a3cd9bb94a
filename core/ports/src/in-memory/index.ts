export { FakeLease, FakeLeaseWorld } from "./fake-lease.ts";
export { FakeRateControl, FakeRateControls } from "./fake-rate-controls.ts";
export { InMemoryDataDisks } from "./in-memory-data-disks.ts";
export { InMemoryDocumentStore } from "./in-memory-document-store.ts";
export { InMemoryJournal } from "./in-memory-journal.ts";
export { InMemoryNetworks, InMemoryNetworkWorld } from "./in-memory-networks.ts";
