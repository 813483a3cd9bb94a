import { historyStoreSuite } from "@sc/ports/testing";
import { keepingLog, Place } from "../testing/places.ts";
import { SqliteHistoryStore } from "./history-store.ts";

historyStoreSuite("the SQLite history", async () => {
  const place = new Place();
  const open = (): SqliteHistoryStore => {
    const store = new SqliteHistoryStore({ path: place.path("history.db"), log: keepingLog().log });
    place.defer(() => store.close());
    return store;
  };
  const store = open();
  return {
    store,
    reopen: async () => {
      await store.close();
      return open();
    },
    close: () => place[Symbol.asyncDispose](),
  };
});
