import type { MemWriteAnswer, MemWriteOutcome } from "@sc/ports";
import type { TrackedContainer } from "./tracked-container.ts";

/**
 * Writes a memory limit and keeps others from beginning a second write beside it: of two in the kernel
 * nobody could say which is in force at last. One that is late is under way until the kernel lets it go,
 * however long that takes, and whatever is found meanwhile may be ours.
 */
export async function writeMemory(
  container: TrackedContainer,
  memMib: number | null,
  deadlineSeconds: number,
): Promise<MemWriteAnswer> {
  const writing = attempt(() => container.group.writeMemMibLimit(memMib, deadlineSeconds));
  container.memoryWrite = { kind: "under-way", memMib, writing };
  const answer = await writing;
  if (answer.kind !== "late") return concluded(container, answer);
  container.memoryWrite = { kind: "late", memMib };
  const ended = attempt(() => answer.ended).then((outcome) => concluded(container, outcome));
  return { kind: "late", ended };
}

function concluded(container: TrackedContainer, outcome: MemWriteOutcome): MemWriteOutcome {
  container.memoryWrite = undefined;
  // What another hand wrote meanwhile was passed over, as it might have been ours.
  container.isLookDue.mem = true;
  if (outcome.kind === "applied") container.memoryChanged(outcome.memMib);
  else if (outcome.kind === "unchanged") container.memMibLimit = outcome.memMib;
  return outcome;
}

/** Nobody waits for this promise but the one who asked: a failure is an answer. */
async function attempt<T>(write: () => Promise<T>): Promise<T | MemWriteOutcome> {
  try {
    return await write();
  } catch (error) {
    return { kind: "refused", refusal: { code: "io", text: String(error) } };
  }
}
