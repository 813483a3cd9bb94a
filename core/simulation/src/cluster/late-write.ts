import { invariant } from "@sc/domain";
import type { ControlGroup, MemWriteAnswer, MemWriteOutcome } from "@sc/ports";
import type { VirtualClock } from "../clock/virtual-clock.ts";

/** The kernel takes so long that nobody waits for it; what was written lands all the same. */
export function writeLate(
  group: ControlGroup,
  memMib: number | null,
  { clock, seconds }: { readonly clock: VirtualClock; readonly seconds: number },
): MemWriteAnswer {
  const ended = new Promise<MemWriteOutcome>((resolve) => {
    clock.after(seconds, () => resolve(land(group, memMib)));
  });
  return { kind: "late", ended };
}

async function land(group: ControlGroup, memMib: number | null): Promise<MemWriteOutcome> {
  const answer = await group.writeMemMibLimit(memMib, 1);
  invariant(answer.kind !== "late", "the simulated kernel answers at once");
  return answer;
}
