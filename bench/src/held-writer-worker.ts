import { parentPort } from "node:worker_threads";

const heldMs = 2000;

/** A memory worker under a kernel that reclaims for two seconds before it takes the limit. */
parentPort?.on("message", ({ claim }: { claim: Int32Array }) => {
  Atomics.store(claim, 0, 1);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, heldMs);
  parentPort?.postMessage({ kind: "written" });
});
