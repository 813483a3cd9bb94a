import { writeFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { errnoOf } from "./write-refusal.ts";
import { begin, type EndedWrite, type WriteRequest, type WriteTask } from "./write-request.ts";

parentPort?.on("message", ({ claim, tasks }: WriteRequest) => {
  // Cancelled meanwhile: what was in use when it was asked for may have grown.
  const ended: EndedWrite = begin(claim) ? writeInOrder(tasks) : { kind: "not-begun" };
  parentPort?.postMessage(ended);
});

function writeInOrder(tasks: readonly WriteTask[]): EndedWrite {
  for (const task of tasks) {
    try {
      // "r+": a vanished group must fail, not be made as an ordinary file.
      writeFileSync(task.file, task.value, { flag: "r+" });
    } catch (error) {
      return { kind: "failed", errno: errnoOf(error), task };
    }
  }
  return { kind: "written" };
}
