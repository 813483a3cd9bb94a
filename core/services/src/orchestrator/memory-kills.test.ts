import assert from "node:assert/strict";
import { test } from "node:test";
import { monotonicSeconds, wallSeconds } from "@sc/domain";
import { idFor, nameFor } from "@sc/domain/testing";
import { FakeBus } from "@sc/ports/testing";
import { MemoryKills } from "./memory-kills.ts";

function alarm() {
  const bus = new FakeBus();
  let now = 100;
  const clock = { monotonic: () => monotonicSeconds(now), wall: () => wallSeconds(now) };
  const kills = new MemoryKills(clock);
  const subscription = kills.listen(bus);
  const tell = (kind: "killed" | "gone"): void => {
    const notice = { kind, name: nameFor("web"), id: idFor("web"), at: clock.monotonic() };
    bus.publish("containers", [notice]);
  };
  const pass = (seconds: number): void => {
    now += seconds;
  };
  const texts = () => kills.problems().map(({ code, structure, text }) => [code, structure, text]);
  return { subscription, tell, texts, pass };
}

test("a kill for want of memory is shown for ten minutes, with how often there was one", () => {
  const { tell, texts, pass } = alarm();
  assert.deepEqual(texts(), []);
  tell("killed");
  pass(30);
  const why = "it was at its max, or grew faster than its margin holds";
  const killed = "the kernel killed one of its processes for want of memory";
  assert.deepEqual(texts(), [["SC_MEMORY_KILL", "web", `${killed} 30 s ago: ${why}`]]);
  tell("killed");
  const again = `${killed} 0 s ago, the number 2 so far: ${why}`;
  assert.deepEqual(texts(), [["SC_MEMORY_KILL", "web", again]]);
  pass(600);
  assert.deepEqual(texts(), []);
});

test("a container that went is shown no more, and nothing is heard after the end", () => {
  const { subscription, tell, texts } = alarm();
  tell("killed");
  tell("gone");
  assert.deepEqual(texts(), []);
  subscription.cancel();
  tell("killed");
  assert.deepEqual(texts(), []);
});
