import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type PendingTimer, TimerHeap } from "./timer-heap.ts";

const anyStep = fc.oneof(
  fc.record({ kind: fc.constant("add" as const), dueUs: fc.nat(20) }),
  fc.record({ kind: fc.constant("cancel" as const), which: fc.nat(20) }),
  fc.record({ kind: fc.constant("take" as const) }),
);

const timerOf = (dueUs: number, sequence: number): PendingTimer => ({
  dueUs,
  sequence,
  periodUs: undefined,
  run: () => undefined,
  isCancelled: false,
});

/** The same as the heap, by looking at all of them. */
const firstOf = (timers: readonly PendingTimer[]): PendingTimer | undefined =>
  timers
    .filter(({ isCancelled }) => !isCancelled)
    .toSorted((a, b) => a.dueUs - b.dueUs || a.sequence - b.sequence)[0];

test("timers come in the order in which they are due, then made, however they are added", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
      const heap = new TimerHeap();
      const timers: PendingTimer[] = [];
      for (const [sequence, step] of steps.entries()) {
        if (step.kind === "add") {
          const timer = timerOf(step.dueUs, sequence);
          heap.add(timer);
          timers.push(timer);
        }
        const cancelled = step.kind === "cancel" ? timers[step.which] : undefined;
        if (cancelled !== undefined) cancelled.isCancelled = true;
        const first = firstOf(timers);
        assert.equal(heap.next(), first);
        if (step.kind !== "take" || first === undefined) continue;
        heap.takeNext();
        timers.splice(timers.indexOf(first), 1);
      }
    }),
  );
});
