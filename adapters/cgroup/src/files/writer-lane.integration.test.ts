import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type EndedWrite, newClaim } from "./write-request.ts";
import { WriterLane } from "./writer-lane.ts";

/** Answers when the next is there, so that as many are busy at once as there are writes. */
const script = new URL(
  "data:text/javascript,import { parentPort } from 'node:worker_threads';" +
    "parentPort.on('message', ({ claim }) => { Atomics.wait(claim, 0, 0);" +
    "parentPort.postMessage({ kind: 'written' }); });",
);

test("threads that a rush of writes started end when nothing comes any more, but for one", async () => {
  const lane = new WriterLane(script, { threadsMax: 3, idleSeconds: 0.01 });
  const rush = async (): Promise<readonly EndedWrite[]> => {
    const claims = [newClaim(), newClaim(), newClaim()];
    const ended = claims.map(
      (claim) => new Promise<EndedWrite>((resolve) => lane.add({ tasks: [], claim, end: resolve })),
    );
    assert.equal(lane.threadCount, 3);
    for (const claim of claims) {
      Atomics.store(claim, 0, 1);
      Atomics.notify(claim, 0);
    }
    return Promise.all(ended);
  };
  const written = Array.from({ length: 3 }, () => ({ kind: "written" }));
  // Again: what follows must find threads, whatever ended before.
  for (let round = 0; round < 2; round += 1) {
    assert.deepEqual(await rush(), written);
    while (lane.threadCount > 1) await delay(5);
  }
  assert.equal(lane.threadCount, 1);
  await lane.close();
});
