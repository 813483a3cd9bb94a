import assert from "node:assert/strict";
import { test } from "node:test";
import { ServiceLoop } from "./service-loop.ts";
import { KeptLog, TickingClock } from "./ticking-clock.ts";

function loopOf(options: { round?: () => void; everySeconds?: number; isActive?: boolean } = {}) {
  const clock = new TickingClock();
  const log = new KeptLog();
  const settings = { everySeconds: 1, isActive: true, ...options };
  const rounds: number[] = [];
  const loop = new ServiceLoop(
    { clock, log, timers: clock },
    {
      name: "test",
      everySeconds: () => settings.everySeconds,
      isActive: () => settings.isActive,
      round: () => {
        rounds.push(clock.monotonic());
        options.round?.();
      },
    },
  );
  return { clock, log, loop, rounds, settings };
}

test("a round comes every period, and none after the stop", () => {
  const { clock, loop, rounds } = loopOf({ everySeconds: 3 });
  loop.start();
  clock.tick(7);
  assert.deepEqual(rounds, [1001, 1004, 1007]);
  loop.stop();
  clock.tick(7);
  assert.equal(rounds.length, 3);
  assert.equal(clock.timers, 0);
});

test("a loop that is started twice has one timer, and one that was stopped starts again", () => {
  const { clock, loop, rounds } = loopOf();
  loop.start();
  loop.start();
  assert.equal(clock.timers, 1);
  loop.stop();
  loop.start();
  clock.tick();
  assert.equal(rounds.length, 1);
});

test("a shorter period is in force at once, however long the one before was", () => {
  const { clock, loop, rounds, settings } = loopOf({ everySeconds: 3600 });
  loop.start();
  clock.tick(10);
  settings.everySeconds = 2;
  clock.tick(4);
  assert.deepEqual(rounds, [1001, 1011, 1013]);
});

test("a service that is not active makes no rounds, stays ready, and goes on when it is active", () => {
  const { clock, loop, rounds, settings } = loopOf({ isActive: false });
  loop.start();
  clock.tick(5);
  assert.deepEqual(rounds, []);
  assert.equal(loop.health().status, "running");
  settings.isActive = true;
  clock.tick();
  assert.equal(rounds.length, 1);
});

test("a round that fails is logged once with its cause, counted, and the next one comes", () => {
  let isBroken = true;
  const { clock, log, loop, rounds } = loopOf({
    round: () => {
      if (isBroken) throw new Error("a bug");
    },
  });
  loop.start();
  clock.tick(3);
  assert.deepEqual(loop.health(), { status: "failing", lastError: "a bug (3 rounds)" });
  assert.deepEqual(log.lines, ["error a round of a service failed; the next one is tried"]);
  isBroken = false;
  clock.tick();
  assert.equal(rounds.length, 4);
  assert.deepEqual(loop.health(), { status: "running", lastError: undefined });
  assert.equal(log.lines.at(-1), "info a service goes well again");
});

test("another cause is logged too", () => {
  let count = 0;
  const { clock, log, loop } = loopOf({
    round: () => {
      count += 1;
      throw new Error(count < 3 ? "one" : "two");
    },
  });
  loop.start();
  clock.tick(4);
  assert.equal(log.lines.length, 2);
});

test("a loop that does not run says so", () => {
  const { loop } = loopOf();
  assert.equal(loop.health().status, "stopped");
});

test("a loop that nobody calls any more is told as silent until it is called again", () => {
  const { clock, loop } = loopOf({ isActive: false });
  loop.start();
  clock.tick();
  clock.skip(30);
  assert.equal(loop.health().status, "running");
  clock.skip(31);
  assert.deepEqual(loop.health(), {
    status: "failing",
    lastError: "it has been silent for 61 s",
  });
  clock.tick();
  assert.equal(loop.health().status, "running");
});
