import type { Clock, MemWriteOutcome } from "@sc/ports";
import type { TrackedContainer } from "./tracked-container.ts";

/** Writes a memory limit and keeps others from beginning a second write beside it. */
export async function writeMemory(
  container: TrackedContainer,
  memMib: number | null,
  options: { readonly clock: Clock; readonly deadlineSeconds: number },
): Promise<MemWriteOutcome> {
  const writing = attempt(container, memMib, options.deadlineSeconds);
  container.memoryWrite = { kind: "under-way", memMib, writing };
  const outcome = await writing;
  container.memoryWrite =
    outcome.kind === "late" ? { kind: "late", memMib, at: options.clock.monotonic() } : undefined;
  if (outcome.kind === "applied") container.memoryChanged(outcome.memMib);
  else if (outcome.kind === "unchanged") container.memMibLimit = outcome.memMib;
  return outcome;
}

/** Nobody waits for this promise but the one who asked: a failure is an answer. */
async function attempt(
  container: TrackedContainer,
  memMib: number | null,
  deadlineSeconds: number,
): Promise<MemWriteOutcome> {
  try {
    return await container.group.writeMemMibLimit(memMib, deadlineSeconds);
  } catch (error) {
    return { kind: "refused", refusal: { code: "io", text: String(error) } };
  }
}
