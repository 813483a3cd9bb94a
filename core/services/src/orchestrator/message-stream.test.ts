import assert from "node:assert/strict";
import { test } from "node:test";
import { monotonicSeconds, wallSeconds } from "@sc/domain";
import { idFor, nameFor } from "@sc/domain/testing";
import { type StreamMessage, streamTopics } from "@sc/ports";
import { streamCapacity } from "./message-stream.ts";
import { change, containerCalled, orchestrate, request } from "./orchestrator-fixture.ts";

const snapshot = {
  host: "host1",
  at: monotonicSeconds(1),
  stamp: wallSeconds(1),
  structures: [],
};

const event = (name: string) => ({
  structure: nameFor(name),
  id: idFor(name),
  resource: "cpu" as const,
  direction: "up" as const,
  rule: "cpu_exceeded_upper",
  used: 95,
  threshold: 90,
  at: monotonicSeconds(1),
  stamp: wallSeconds(5001),
});

test("who listens hears of everything that was asked for, in order and numbered", async () => {
  const { bus, documentListeners, orchestrator } = await orchestrate([containerCalled("web")]);
  const heard: StreamMessage[] = [];
  orchestrator.stream.listen({ topics: streamTopics }, (message) => heard.push(message));
  bus.publish("events", [event("web")]);
  bus.publish("requests", [request("web", 1)]);
  bus.publish("changes", [change("web", 1), change("db", 2)]);
  bus.publish("structures", snapshot);
  for (const tell of documentListeners) {
    tell({ topic: "rules", data: { name: "quick", isRemoved: true } });
  }
  assert.deepEqual(
    heard.map(({ number, topic }) => [number, topic]),
    [
      [1, "events"],
      [2, "requests"],
      [3, "changes"],
      [4, "changes"],
      [0, "structures"],
      [5, "rules"],
    ],
  );
});

test("only the topics and the structure that were asked for are told", async () => {
  const { bus, orchestrator } = await orchestrate([containerCalled("web"), containerCalled("db")]);
  const heard: StreamMessage[] = [];
  const question = { topics: ["changes", "structures"] as const, structure: "web" };
  orchestrator.stream.listen(question, (message) => heard.push(message));
  bus.publish("requests", [request("web", 1)]);
  bus.publish("changes", [change("db", 1), change("web", 2)]);
  bus.publish("structures", snapshot);
  assert.deepEqual(
    heard.map(({ topic }) => topic),
    ["changes", "structures"],
  );
  const [, structures] = heard;
  assert.ok(structures?.topic === "structures");
  assert.deepEqual(
    structures.data.map(({ name }) => name),
    ["web"],
  );
});

test("who comes back hears first of what was missed, but for snapshots", async () => {
  const { bus, orchestrator } = await orchestrate([containerCalled("web")]);
  for (const at of [1, 2, 3]) bus.publish("changes", [change("web", at)]);
  bus.publish("structures", snapshot);
  const heard: number[] = [];
  const question = { topics: streamTopics, after: 1 };
  orchestrator.stream.listen(question, ({ number }) => heard.push(number));
  bus.publish("changes", [change("web", 4)]);
  assert.deepEqual(heard, [2, 3, 4]);
});

test("only the newest messages are known to who comes late", async () => {
  const { bus, orchestrator } = await orchestrate([]);
  for (let at = 0; at < streamCapacity + 5; at += 1) bus.publish("changes", [change("web", at)]);
  const heard: number[] = [];
  orchestrator.stream.listen({ topics: ["changes"], after: 0 }, ({ number }) => heard.push(number));
  assert.deepEqual([heard.length, heard[0]], [streamCapacity, 6]);
});

test("who does not listen any more hears nothing, and a stop ends the stream", async () => {
  const { bus, documentListeners, orchestrator } = await orchestrate([]);
  const heard: StreamMessage[] = [];
  const listening = orchestrator.stream.listen({ topics: ["changes"] }, (one) => heard.push(one));
  listening.cancel();
  orchestrator.stream.listen({ topics: ["changes"] }, (one) => heard.push(one));
  await orchestrator.stop();
  bus.publish("changes", [change("web", 1)]);
  assert.deepEqual(heard, []);
  assert.equal(documentListeners.size, 0);
});

test("a listener that throws is let go, and the others hear on", async () => {
  const { bus, orchestrator } = await orchestrate([]);
  let calls = 0;
  orchestrator.stream.listen({ topics: ["changes"] }, () => {
    calls += 1;
    throw new Error("the connection is gone");
  });
  const heard: StreamMessage[] = [];
  orchestrator.stream.listen({ topics: ["changes"] }, (message) => heard.push(message));
  bus.publish("changes", [change("web", 1), change("web", 2)]);
  assert.deepEqual([calls, heard.length, bus.errors.length], [1, 2, 0]);
});
