import { setTimeout as delay } from "node:timers/promises";
import { timersSuite } from "@sc/ports/testing";
import { NodeClock, NodeTimers } from "./clock.ts";

timersSuite("NodeClock and NodeTimers", () => {
  const clock = new NodeClock();
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  return {
    clock,
    timers: new NodeTimers(clock),
    // A busy machine calls tens of milliseconds late: a unit must be more.
    unitSeconds: 0.05,
    pass: (seconds) => delay(seconds * 1000),
    block: (seconds) => {
      Atomics.wait(nothing, 0, 0, seconds * 1000);
    },
    close: () => undefined,
  };
});
