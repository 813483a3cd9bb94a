import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { nameFor } from "@sc/domain/testing";
import { Place } from "../testing/places.ts";
import { HistoryWriter } from "./history-writer.ts";

/** A writer whose time stands still until the test moves it. */
function writerAt(place: Place) {
  const path = place.path("history.db");
  const clock = { nowMs: 1000 };
  const writer = new HistoryWriter(path, () => clock.nowMs);
  place.defer(() => writer.close());
  return { clock, path, writer };
}

const chunkAt = (firstMs: number, run = 0) => ({
  structure: nameFor("web"),
  run,
  firstMs,
  lastMs: firstMs + 59_000,
  count: 60,
  data: new Uint8Array(10),
});

function add(writer: HistoryWriter, count: number, run = 0): void {
  for (let index = 0; index < count; index += 1)
    writer.backlog.addChunk(chunkAt(index * 60_000, run));
}

const runsIn = (writer: HistoryWriter) =>
  writer.use((history) => ({ runs: history.chunksOf("web").map(({ run }) => run) }));

describe("the writer of the history's file", () => {
  test("writes what waits a part at a time, and says whether there is more", async () => {
    await using place = new Place();
    const { writer } = writerAt(place);
    assert.equal(writer.writeSome(), false);
    add(writer, 100);
    assert.equal(writer.writeSome(), true);
    assert.equal(writer.backlog.chunks.length, 36);
    assert.equal(writer.writeSome(), false);
    assert.equal(writer.backlog.isEmpty, true);
    assert.ok((writer.sizeMib ?? 0) > 0);
  });

  test("waits twice as long after each failure, at most half a minute, and forgets that at a success", async () => {
    await using place = new Place();
    const { clock, path, writer } = writerAt(place);
    mkdirSync(path);
    add(writer, 1);
    const waits = Array.from({ length: 8 }, () => {
      assert.equal(writer.writeSome(), false);
      const { waitMs } = writer;
      clock.nowMs += waitMs;
      return waitMs;
    });
    assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    assert.equal(writer.failure?.code, "SC_HISTORY_UNAVAILABLE");
    assert.equal(writer.backlog.chunks.length, 1);
    rmdirSync(path);
    writer.writeSome();
    assert.deepEqual([writer.failure, writer.waitMs, writer.backlog.isEmpty], [undefined, 0, true]);
    writer.close();
  });

  test("tries nothing while it waits, and answers with the failure", async () => {
    await using place = new Place();
    const { path, writer } = writerAt(place);
    mkdirSync(path);
    add(writer, 1);
    writer.writeSome();
    rmdirSync(path);
    assert.equal(writer.writeSome(), false);
    const answer = writer.use(() => ({ code: "asked" }));
    assert.equal(answer.code, "SC_HISTORY_UNAVAILABLE");
    assert.equal(existsSync(path), false);
  });

  test("is told of a lock by another program, and writes when it is gone", async () => {
    await using place = new Place();
    const { clock, path, writer } = writerAt(place);
    add(writer, 1);
    writer.writeSome();
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    add(writer, 1);
    writer.writeSome();
    assert.equal(writer.failure?.code, "SC_HISTORY_LOCKED");
    other.close();
    clock.nowMs += writer.waitMs;
    writer.writeSome();
    assert.equal(writer.failure, undefined);
  });

  test("moves a damaged file aside once in ten minutes, and says so for as long", async () => {
    await using place = new Place();
    const { clock, path, writer } = writerAt(place);
    const aside = () => readdirSync(place.folder).filter((name) => name.includes(".corrupt-"));
    const damage = (): void => {
      writer.close();
      writeFileSync(path, "garbage ".repeat(1000));
    };
    damage();
    add(writer, 1);
    assert.equal(writer.writeSome(), false);
    assert.equal(writer.writeSome(), false);
    assert.deepEqual([aside().length, writer.backlog.isEmpty], [1, true]);
    assert.match(writer.failure?.text ?? "", /was damaged .* a new one was begun/);
    damage();
    add(writer, 1);
    writer.writeSome();
    assert.match(readFileSync(path, "utf8"), /^garbage/);
    assert.equal(writer.failure?.code, "SC_HISTORY_CORRUPT");
    clock.nowMs += 10 * 60_000;
    writer.writeSome();
    clock.nowMs += 1;
    writer.writeSome();
    assert.equal(writer.backlog.isEmpty, true);
    clock.nowMs += 10 * 60_000;
    assert.equal(writer.failure, undefined);
  });

  test("goes on in the last run of the file, unless its clock is behind that", async () => {
    await using place = new Place();
    const first = writerAt(place).writer;
    first.firstMs = 0;
    add(first, 2);
    first.writeSome();
    assert.deepEqual(runsIn(first), { runs: [1, 1] });
    first.close();
    const later = writerAt(place).writer;
    later.firstMs = 200_000;
    later.backlog.addChunk(chunkAt(200_000));
    later.writeSome();
    assert.deepEqual(runsIn(later), { runs: [1, 1, 1] });
    later.close();
    const back = writerAt(place).writer;
    back.firstMs = 100_000;
    back.backlog.addChunk(chunkAt(100_000));
    back.backlog.addChunk(chunkAt(50_000, 1));
    back.writeSome();
    assert.deepEqual(runsIn(back), { runs: [1, 1, 1, 2, 3] });
  });
});
