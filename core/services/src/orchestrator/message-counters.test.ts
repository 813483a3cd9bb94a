import assert from "node:assert/strict";
import { test } from "node:test";
import { reason } from "@sc/domain";
import { FakeBus } from "@sc/ports/testing";
import { MessageCounters } from "./message-counters.ts";
import { change, request } from "./orchestrator-fixture.ts";

test("what is told is counted by what monitoring asks for", () => {
  const bus = new FakeBus();
  const counters = new MessageCounters(bus);
  counters.start();
  const shrink = request("web", 1);
  const raise = { ...request("db", 2), amount: 75, resource: "mem" as const };
  bus.publish("requests", [shrink, request("db", 1), raise]);
  bus.publish("held", [{ request: shrink, reason: reason("learning", "too new") }]);
  bus.publish("changes", [
    change("web", 1),
    change("web", 2),
    change("web", 3, { outcome: "noticed", author: { kind: "other-hand" } }),
  ]);
  assert.deepEqual(counters.counters(), {
    samples: 0,
    events: [],
    requests: [
      { resource: "cpu", direction: "down", count: 2 },
      { resource: "mem", direction: "up", count: 1 },
    ],
    held: [{ resource: "cpu", code: "learning", count: 1 }],
    changes: [
      { resource: "cpu", outcome: "applied", author: "policy", count: 2 },
      { resource: "cpu", outcome: "noticed", author: "other-hand", count: 1 },
    ],
  });
  counters.stop();
  bus.publish("changes", [change("web", 4)]);
  assert.equal(counters.counters().changes[0]?.count, 2);
});
