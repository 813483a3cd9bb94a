import { InMemoryPointQueue } from "./in-memory-point-queue.ts";
import { pointQueueSuite } from "./point-queue-suite.ts";

pointQueueSuite("the queue in memory", async ({ isSmall }) => {
  const queue = new InMemoryPointQueue(isSmall ? { waitingMost: 500 } : {});
  // Nothing it holds outlives it, so that what is opened anew is the same one.
  return { queue, reopen: async () => queue, close: () => queue.close() };
});
