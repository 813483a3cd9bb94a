import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { monotonicSeconds, reason } from "@sc/domain";
import { idFor, nameFor } from "@sc/domain/testing";
import { historyCapacity } from "./history.ts";
import { change, containerCalled, hold, orchestrate, request } from "./orchestrator-fixture.ts";

const all = { structure: undefined, limit: 100 };

describe("history", async () => {
  test("is given newest first, of one structure when asked, and no more than asked for", async () => {
    const { bus, orchestrator } = await orchestrate([]);
    bus.publish("changes", [change("web", 1), change("db", 2)]);
    bus.publish("changes", [change("web", 3)]);
    const stamps = (await orchestrator.changes(all)).map(({ stamp }) => stamp);
    assert.deepEqual(stamps, [5003, 5002, 5001]);
    const ofWeb = await orchestrator.changes({ structure: "web", limit: 1 });
    assert.deepEqual(
      ofWeb.map(({ structure, stamp }) => [structure, stamp]),
      [["web", 5003]],
    );
  });

  test("keeps the newest and forgets the oldest", async () => {
    const { bus, orchestrator } = await orchestrate([]);
    for (let at = 0; at <= historyCapacity; at += 1) bus.publish("changes", [change("web", at)]);
    const kept = await orchestrator.changes({ structure: undefined, limit: 2 * historyCapacity });
    assert.equal(kept.length, historyCapacity);
    assert.equal(kept.at(-1)?.reason.text, "change at 1");
  });

  test("a request that was held says why, also when it arrives as a copy", async () => {
    const { bus, orchestrator } = await orchestrate(
      ["web", "db"].map((name) => containerCalled(name)),
    );
    const why = reason("learning", "watched for 10 s of 300");
    bus.publish("requests", [request("web", 1), request("web", 2), request("db", 2)]);
    bus.publish("held", [{ request: structuredClone(request("web", 2)), reason: why }]);
    const held = (await orchestrator.requests(all)).map((each) => [
      each.structure,
      each.stamp,
      each.held,
    ]);
    assert.deepEqual(held, [
      ["db", 5002, undefined],
      ["web", 5002, why],
      ["web", 5001, undefined],
    ]);
  });

  test("every author is told in words", async () => {
    const { bus, orchestrator } = await orchestrate([]);
    bus.publish("changes", [
      change("a", 1, { author: { kind: "other-hand" } }),
      change("a", 2, { author: { kind: "agent", name: "release" } }),
      change("a", 3, { author: { kind: "person", name: "api" } }),
      change("a", 4),
    ]);
    assert.deepEqual(
      (await orchestrator.changes(all)).map(({ author }) => author),
      ["policy serverless-rules", "person api", "agent release", "other hand"],
    );
  });

  test("events are kept as they were", async () => {
    const { bus, orchestrator } = await orchestrate([]);
    const { at, stamp } = request("web", 1);
    const seen = { direction: "up", rule: "cpu_exceeded", used: 95, threshold: 90 } as const;
    bus.publish("events", [{ structure: nameFor("web"), resource: "cpu", ...seen, at, stamp }]);
    assert.deepEqual(await orchestrator.events(all), [
      { structure: "web", resource: "cpu", ...seen, stamp: 5001 },
    ]);
  });

  test("stops with its service", async () => {
    const { bus, orchestrator } = await orchestrate([]);
    await orchestrator.stop();
    bus.publish("changes", [change("web", 1)]);
    assert.deepEqual(await orchestrator.changes(all), []);
    assert.equal(orchestrator.health().status, "stopped");
  });
});

describe("explaining", async () => {
  const summaryOf = (asked: Awaited<ReturnType<typeof orchestrate>>): string => {
    const explained = asked.orchestrator.explain("web");
    assert.ok(explained.ok);
    return explained.value.summary;
  };
  const decisionOf = (asked: Awaited<ReturnType<typeof orchestrate>>): string | undefined => {
    const explained = asked.orchestrator.explain("web");
    assert.ok(explained.ok);
    return explained.value.resources.find(({ resource }) => resource === "cpu")?.decision.code;
  };
  const inAuto = async (changed: Parameters<typeof containerCalled>[1] = {}) => {
    const asked = await orchestrate([containerCalled("web", changed)]);
    await asked.orchestrator.setMode("web", { mode: "auto" });
    return asked;
  };

  test("a container in observe is only watched", async () => {
    const asked = await orchestrate([containerCalled("web")]);
    asked.bus.publish("holds", [hold("web")]);
    assert.equal(
      summaryOf(asked),
      "web is only watched, it uses 40, its limit is 200; it is in observe: measured, never limited.",
    );
    assert.equal(decisionOf(asked), "not-in-auto");
  });

  test("a container in auto is told with band, use, decision and last change", async () => {
    const asked = await inAuto();
    asked.bus.publish("changes", [change("web", 3)]);
    asked.bus.publish("holds", [hold("web")]);
    assert.equal(
      summaryOf(asked),
      "web is scaled between 10 and 200 shares by serverless-rules, it uses 40, its limit is 200; " +
        "the use is inside the band; last change 200 → 180 (applied: change at 3).",
    );
  });

  test("the newest decision counts, whether it did something or not", async () => {
    const asked = await inAuto();
    assert.equal(decisionOf(asked), "no-window-yet");
    asked.bus.publish("requests", [request("web", 1)]);
    assert.equal(decisionOf(asked), "usage-below-lower");
    const why = reason("learning", "watched too little");
    asked.bus.publish("held", [{ request: request("web", 1), reason: why }]);
    assert.equal(decisionOf(asked), "learning");
    asked.bus.publish("holds", [hold("web")]);
    assert.equal(decisionOf(asked), "inside-band");
  });

  test("what stands in the way comes before what policy thinks", async () => {
    const asked = await inAuto();
    asked.bus.publish("holds", [hold("web")]);
    await asked.orchestrator.setPaused(undefined, true);
    assert.equal(decisionOf(asked), "paused");
    const cpu = reason("no-lease", "the lease cannot be written");
    const held = await inAuto({ held: { cpu, mem: undefined } });
    assert.equal(decisionOf(held), "no-lease");
    const mem = reason("drift-held", "another hand changed it");
    const other = await inAuto({ held: { cpu: undefined, mem } });
    other.bus.publish("holds", [hold("web")]);
    assert.equal(decisionOf(other), "inside-band");
  });

  test("brakes in force are listed", async () => {
    const asked = await inAuto();
    const brake = reason("shrink-too-fast", "50 % in 10 min are used up");
    asked.brakes.status = { isLearning: false, firstShrinkInSeconds: 5, inForce: [brake] };
    const explained = asked.orchestrator.explain("web");
    assert.ok(explained.ok);
    assert.deepEqual(explained.value.resources[0]?.brakes, [brake]);
  });

  test("what was decided about a container that went says nothing about the next", async () => {
    const asked = await inAuto();
    asked.bus.publish("holds", [hold("web")]);
    const at = monotonicSeconds(9);
    asked.bus.publish("containers", [{ kind: "gone", name: nameFor("web"), id: idFor("web"), at }]);
    assert.equal(decisionOf(asked), "no-window-yet");
  });
});
