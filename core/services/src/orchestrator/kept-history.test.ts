import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type HistoryRecord, reason } from "@sc/domain";
import { historyCapacity } from "./history.ts";
import { change, orchestrate, request } from "./orchestrator-fixture.ts";

const changed = (name: string, at: number): HistoryRecord => ({
  kind: "change",
  change: change(name, at),
});

const all = { structure: undefined, limit: 100 };

describe("what happened before this start", () => {
  test("comes from the history store, after what is in memory", async () => {
    const { bus, history, orchestrator } = await orchestrate([]);
    history.appendRecords([changed("web", 1), changed("db", 2)]);
    bus.publish("changes", [change("web", 10)]);
    const stamps = async (query: object) =>
      (await orchestrator.changes({ ...all, ...query })).map(({ stamp }) => stamp - 5000);
    assert.deepEqual(await stamps({}), [10, 2, 1]);
    assert.deepEqual(await stamps({ structure: "web" }), [10, 1]);
    assert.deepEqual(await stamps({ limit: 2 }), [10, 2]);
    assert.deepEqual(await stamps({ from: 5002, to: 5010 }), [2]);
    assert.deepEqual(await stamps({ from: 5010 }), [10]);
    assert.deepEqual(await stamps({ structure: "not/a/name" }), []);
  });

  test("is not told twice, though the store keeps what is in memory too", async () => {
    const { bus, history, orchestrator } = await orchestrate([]);
    for (const at of [1, 2, 3]) {
      bus.publish("changes", [change("web", at)]);
      history.appendRecords([changed("web", at)]);
    }
    assert.equal((await orchestrator.changes(all)).length, 3);
  });

  test("is all there is while nothing has happened yet", async () => {
    const { history, orchestrator } = await orchestrate([]);
    history.appendRecords([
      { kind: "request", request: request("web", 5), held: reason("host-full", "full") },
    ]);
    const [told] = await orchestrator.requests(all);
    assert.deepEqual([told?.stamp, told?.held?.code], [5005, "host-full"]);
    assert.deepEqual(await orchestrator.events(all), []);
  });

  test("is missing where the store fails, and nothing else is", async () => {
    const { bus, history, orchestrator } = await orchestrate([]);
    history.appendRecords([changed("web", 1)]);
    history.fail({ code: "SC_HISTORY_CORRUPT", text: "damaged" });
    bus.publish("changes", [change("web", 10)]);
    assert.equal((await orchestrator.changes(all)).length, 1);
  });

  test("begins where the memory ends, when more has happened than it holds", async () => {
    const { bus, history, orchestrator } = await orchestrate([]);
    for (let at = 0; at <= historyCapacity; at += 1) {
      bus.publish("changes", [change("web", at)]);
      history.appendRecords([changed("web", at)]);
    }
    const told = await orchestrator.changes({ structure: undefined, limit: 2 * historyCapacity });
    assert.equal(told.length, historyCapacity + 1);
    assert.equal(new Set(told.map(({ stamp }) => stamp)).size, told.length);
  });
});
