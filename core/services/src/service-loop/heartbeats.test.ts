import assert from "node:assert/strict";
import { test } from "node:test";
import { ServiceHeartbeats } from "./heartbeats.ts";
import type { ServiceHealth } from "./service.ts";
import { TickingClock } from "./ticking-clock.ts";

test("a service beats every second while it is well, and its last beat stays when it is not", async () => {
  const clock = new TickingClock();
  let health: ServiceHealth = { status: "running", lastError: undefined };
  const services = [{ name: "scaler", health: () => health }];
  const heartbeats = new ServiceHeartbeats({ clock, timers: clock, services: () => services });
  heartbeats.start();
  heartbeats.start();
  assert.equal(heartbeats.lastBeat("scaler"), undefined);
  clock.tick(2);
  const beat = clock.wall();
  assert.deepEqual(
    [heartbeats.lastBeat("scaler"), heartbeats.lastBeat("nobody")],
    [beat, undefined],
  );
  health = { status: "failing", lastError: "it fell over" };
  clock.tick(60);
  assert.equal(heartbeats.lastBeat("scaler"), beat);
  assert.equal(heartbeats.health().status, "running");
  await heartbeats.stop();
  assert.equal(heartbeats.health().status, "stopped");
  assert.equal(clock.timers, 0);
});
