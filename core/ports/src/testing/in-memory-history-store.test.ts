import assert from "node:assert/strict";
import { test } from "node:test";
import { historyReading, historyStoreSuite } from "./history-store-suite.ts";
import { InMemoryHistoryStore } from "./in-memory-history-store.ts";

historyStoreSuite("the in-memory history", async () => {
  const store = new InMemoryHistoryStore();
  return { store, reopen: async () => store, close: () => store.close() };
});

test("the in-memory history can be told to fail, and counts what it lost", async () => {
  const store = new InMemoryHistoryStore();
  store.fail({ code: "SC_HISTORY_FULL", text: "no space left" });
  store.appendReading(historyReading(1, { web: {}, shop: {} }));
  assert.equal(store.status().lostReadings, 2);
  assert.equal(store.status().failure?.code, "SC_HISTORY_FULL");
  assert.equal((await store.structures()).ok, false);
});
