import assert from "node:assert/strict";
import { test } from "node:test";
import { documentStoreSuite } from "../testing/document-store-suite.ts";
import { InMemoryDocumentStore } from "./in-memory-document-store.ts";

documentStoreSuite("the in-memory store", async () => {
  const store = new InMemoryDocumentStore();
  return {
    store,
    reopen: async () => store,
    setFull: (isFull) => store.refuse(isFull ? "no space left" : undefined),
    close: () => store.close(),
  };
});

test("the in-memory store can be told to be unreadable", async () => {
  const store = new InMemoryDocumentStore([
    { kind: "host", name: "host", content: { isPaused: true } },
  ]);
  store.setUnreadable({ code: "SC_STATE_CORRUPT", text: "damaged" });
  assert.equal((await store.load()).ok, false);
  store.setUnreadable(undefined);
  const loaded = await store.load();
  assert.equal(loaded.ok && loaded.value.documents.length, 1);
});
