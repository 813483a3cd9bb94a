/* The real worker, but for one stamp that ends it as a crash would. */
import { parentPort } from "node:worker_threads";

await import("../database-worker.ts");
parentPort?.on("message", ({ request }: { request?: { stamp?: number } }) => {
  if (request?.stamp === 666) process.exit(1);
});
