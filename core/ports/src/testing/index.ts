export { FakeLease, FakeLeaseWorld } from "../in-memory/fake-lease.ts";
export { FakeRateControls } from "../in-memory/fake-rate-controls.ts";
export { InMemoryDocumentStore } from "../in-memory/in-memory-document-store.ts";
export { InMemoryJournal } from "../in-memory/in-memory-journal.ts";
export { type BusHarness, busSuite } from "./bus-suite.ts";
export { catalogueDocuments } from "./catalogue-documents.ts";
export { type CgroupsHarness, cgroupsSuite } from "./cgroups-suite.ts";
export { type DataDisksHarness, dataDisksSuite } from "./data-disks-suite.ts";
export { type DocumentStoreHarness, documentStoreSuite } from "./document-store-suite.ts";
export { FakeBus } from "./fake-bus.ts";
export { FakeHostProbe } from "./fake-host-probe.ts";
export { FakeReplayRunner } from "./fake-replay-runner.ts";
export { FakeSeriesWriter } from "./fake-series-writer.ts";
export { FakeUsageReader } from "./fake-usage-reader.ts";
export { type FinderHarness, finderSuite } from "./finder-suite.ts";
export {
  type HistoryStoreHarness,
  historyReading,
  historyStoreSuite,
} from "./history-store-suite.ts";
export { type HostProbeHarness, hostProbeSuite } from "./host-probe-suite.ts";
export { InMemoryHistoryStore } from "./in-memory-history-store.ts";
export { InMemoryPointQueue } from "./in-memory-point-queue.ts";
export { type JournalHarness, journalEntry, journalSuite } from "./journal-suite.ts";
export { type LeaseHarness, leaseSuite } from "./lease-suite.ts";
export {
  type NetworkedContainer,
  type NetworksHarness,
  networksSuite,
} from "./networks-suite.ts";
export {
  drain,
  type PointQueueHarness,
  type PointQueueWish,
  pointQueueSuite,
  seriesPoint,
} from "./point-queue-suite.ts";
export { type RateControlHarness, rateControlSuite } from "./rate-control-suite.ts";
export {
  type ReplayRunnerHarness,
  replayRunnerSuite,
  replayTask,
} from "./replay-runner-suite.ts";
export { type RuleCompilerHarness, ruleCompilerSuite } from "./rule-compiler-suite.ts";
export { type SeriesWriterHarness, seriesWriterSuite } from "./series-writer-suite.ts";
export { type TimersHarness, timersSuite } from "./timers-suite.ts";
export { type UsageReaderHarness, usageReaderSuite } from "./usage-reader-suite.ts";
