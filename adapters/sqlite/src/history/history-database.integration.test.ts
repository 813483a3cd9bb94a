import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nameFor } from "@sc/domain/testing";
import { Place } from "../testing/places.ts";
import { HistoryDatabase } from "./history-database.ts";

const chunkOf = (name: string, bytes: number) => ({
  structure: nameFor(name),
  run: 0,
  firstMs: 0,
  lastMs: 1000,
  count: 1,
  data: new Uint8Array(bytes),
});

describe("a history's file", () => {
  test("that had no room for a write keeps structures apart when it has", async () => {
    await using place = new Place();
    using history = new HistoryDatabase(place.path("history.db"));
    const { all } = history.pages();
    history.database.exec(`PRAGMA max_page_count = ${all + 2}`);
    assert.throws(() => history.write([chunkOf("web", 100_000)], [], 0), /full/);
    history.database.exec("PRAGMA max_page_count = 100000");
    history.write([chunkOf("db", 10)], [], 0);
    history.write([chunkOf("web", 20)], [], 0);
    assert.deepEqual(history.structures(), ["db", "web"]);
    const sizes = (name: string) => history.chunksOf(name).map(({ id }) => history.data(id).length);
    assert.deepEqual([sizes("db"), sizes("web")], [[10], [20]]);
  });
});
