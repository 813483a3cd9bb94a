import { InMemoryStateStore } from "./in-memory-state-store.ts";
import { stateStoreSuite } from "./state-store-suite.ts";

stateStoreSuite("the in-memory store", async () => {
  const store = new InMemoryStateStore();
  return {
    store,
    reopen: () => store,
    fill: () => store.refuse("no space left"),
    close: async () => {},
  };
});
