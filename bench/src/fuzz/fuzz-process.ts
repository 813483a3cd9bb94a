/*
 * Fuzzes one target in a process of its own, so that an input may hang it or kill it. It tells each
 * input before it is tried; who started it judges the silence after.
 */
import { writeSync } from "node:fs";
import { type FuzzTarget, ServerErrorAnswered, seedOfRun } from "@sc/domain/testing";
import { type FuzzMessage, type FuzzTask, messageDescriptor } from "./fuzz-message.ts";

const shownMaxLength = 4000;

const tell = (message: FuzzMessage): void => {
  writeSync(messageDescriptor, `${JSON.stringify(message)}\n`);
};

const task: FuzzTask = JSON.parse(process.argv[2] ?? "");
const { targets }: { readonly targets: readonly FuzzTarget[] } = await import(task.file);
const target = targets.find(({ name }) => name === task.target);
if (target === undefined) throw new Error(`${task.file} has no target ${task.target}`);

const opened = await target.open();
tell({ kind: "opened" });
const [first, end] = task.runs;
let failures = 0;
let run = first;
for (; run < end && failures < task.failuresMax; run += 1) {
  let input = -1;
  const outcome = await opened.run({
    seed: seedOfRun(task.seed, run),
    beforeInput: () => {
      input += 1;
      if (run === first && task.known.includes(input)) throw new Error("it hangs, or kills");
      if (input >= task.inputsMax) return "skip";
      tell({ kind: "input", run, input });
      return "try";
    },
  });
  if (outcome.kind === "failed") {
    const { error } = outcome;
    failures += 1;
    tell({
      kind: "failed",
      run,
      input: outcome.input.slice(0, shownMaxLength),
      error: textOf(error).slice(0, shownMaxLength),
      isServerError: error instanceof ServerErrorAnswered,
    });
  }
}
await opened.close();
tell({ kind: "done", next: run });
process.exit(0);

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : `thrown: ${String(error)}`;
}
