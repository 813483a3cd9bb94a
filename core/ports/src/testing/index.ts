export { type BusHarness, busSuite } from "./bus-suite.ts";
export { FakeLease, FakeLeaseWorld } from "./fake-lease.ts";
export { InMemoryStateStore } from "./in-memory-state-store.ts";
export { type LeaseHarness, leaseSuite } from "./lease-suite.ts";
export { type RuleCompilerHarness, ruleCompilerSuite } from "./rule-compiler-suite.ts";
export { type StateStoreHarness, stateStoreSuite } from "./state-store-suite.ts";
export { type TimersHarness, timersSuite } from "./timers-suite.ts";
