import { writeFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import type { BlockingAnswer, WorkerReply, WorkerRequest, WriteTask } from "./blocking-writer.ts";
import { errnoOf } from "./write-refusal.ts";

parentPort?.on("message", ({ id, tasks, deadlineNs }: WorkerRequest) => {
  // Begun too late, behind one that hung: what was in use when it was asked for may have grown.
  const isLate = process.hrtime.bigint() > deadlineNs;
  const reply: WorkerReply = { id, answer: isLate ? { kind: "late" } : writeInOrder(tasks) };
  parentPort?.postMessage(reply);
});

function writeInOrder(tasks: readonly WriteTask[]): BlockingAnswer {
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
