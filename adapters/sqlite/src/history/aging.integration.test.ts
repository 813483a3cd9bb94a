import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { usageColumns } from "@sc/domain";
import { nameFor } from "@sc/domain/testing";
import { Place } from "../testing/places.ts";
import { age } from "./aging.ts";
import { decodeChunk, encodeChunk } from "./chunk-codec.ts";
import { HistoryDatabase } from "./history-database.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const retention = { rawHours: 1, tenSecondDays: 1, minuteDays: 4, sizeMaxMib: 2048 };

/** A minute of one structure, a core used all the time. */
const minuteAt = (beginMs: number, run = 0, name = "web") => ({
  structure: nameFor(name),
  run,
  firstMs: beginMs,
  lastMs: beginMs + 59_000,
  count: 60,
  data: encodeChunk({
    resolutionSeconds: 1,
    stamps: Float64Array.from({ length: 60 }, (_, second) => beginMs / 1000 + second),
    columns: usageColumns((metric) =>
      Float64Array.from({ length: 60 }, (_, second) =>
        metric === "cpuUsedCoreSeconds" ? beginMs / 1000 + second : Number.NaN,
      ),
    ),
  }),
});

/** All steps of one round; answers with how many there were. */
function ageAt(history: HistoryDatabase, nowMs: number, changed: Partial<typeof retention> = {}) {
  let damaged = 0;
  const round = age(history, {
    nowMs,
    retention: { ...retention, ...changed },
    isNeeded: (name) => name === "needed",
    onDamaged: () => {
      damaged += 1;
    },
  });
  const steps = [...round].length;
  return { damaged, steps };
}

const chunksOf = (history: HistoryDatabase, name = "web") =>
  history.chunksOf(name).map(({ tier, run }) => [tier, run]);

describe("one round of growing old", () => {
  test("joins the minutes of an hour that is over, each run by itself, and no other", async () => {
    await using place = new Place();
    using history = new HistoryDatabase(place.path("history.db"));
    history.write(
      [0, 1, 2].map((index) => minuteAt(index * minute)),
      [],
      0,
    );
    history.write([minuteAt(3 * minute, 1), minuteAt(hour)], [], 0);
    ageAt(history, hour + 2 * minute);
    assert.deepEqual(
      chunksOf(history).toSorted((a, b) => String(a).localeCompare(String(b))),
      [
        [0, 0],
        [1, 0],
        [1, 1],
      ],
    );
  });

  test("keeps the last reading of every ten seconds, then of every minute, then nothing", async () => {
    await using place = new Place();
    using history = new HistoryDatabase(place.path("history.db"));
    history.write([minuteAt(0), minuteAt(minute)], [], 0);
    const stampsOf = (resolutionSeconds: number) => {
      const [chunk] = history.chunksOf("web");
      assert.ok(chunk !== undefined);
      const decoded = decodeChunk(history.data(chunk.id), resolutionSeconds);
      assert.ok(decoded.ok);
      return [...decoded.value.stamps];
    };
    ageAt(history, 3 * hour);
    assert.deepEqual(stampsOf(10), [9, 19, 29, 39, 49, 59, 69, 79, 89, 99, 109, 119]);
    ageAt(history, 3 * day);
    assert.deepEqual(stampsOf(60), [59, 119]);
    ageAt(history, 6 * day);
    assert.deepEqual(chunksOf(history), []);
  });

  test("deletes in small steps, so that readings come in between", async () => {
    await using place = new Place();
    using history = new HistoryDatabase(place.path("history.db"));
    const rows = Array.from({ length: 1200 }, (_, stamp) => ({
      kind: "event" as const,
      structure: "web",
      stamp,
      content: "{}",
    }));
    history.write([], rows, 0);
    const { steps } = ageAt(history, 10 * day);
    assert.ok(steps >= 3, `${steps} steps`);
    const left = history.records({
      kind: "event",
      structure: undefined,
      limit: 1,
      from: 0,
      to: 1e9,
    });
    assert.deepEqual(left, []);
  });

  test("does nothing twice", async () => {
    await using place = new Place();
    using history = new HistoryDatabase(place.path("history.db"));
    history.write([minuteAt(0)], [], 0);
    ageAt(history, 3 * hour);
    assert.equal(ageAt(history, 3 * hour).steps, 0);
  });

  test("leaves a damaged chunk out, says so, and keeps what is beside it", async () => {
    await using place = new Place();
    using history = new HistoryDatabase(place.path("history.db"));
    const damaged = { ...minuteAt(minute), data: new Uint8Array(40) };
    history.write([minuteAt(0), damaged], [], 0);
    assert.equal(ageAt(history, 2 * hour).damaged, 1);
    assert.deepEqual(chunksOf(history), [[2, 0]]);
  });

  test("forgets names of which nothing is left, but for those that are needed", async () => {
    await using place = new Place();
    using history = new HistoryDatabase(place.path("history.db"));
    history.write(
      [minuteAt(0, 0, "web"), minuteAt(0, 0, "needed"), minuteAt(9 * day, 0, "db")],
      [],
      0,
    );
    ageAt(history, 9 * day);
    const names = history.statement("SELECT name FROM structure ORDER BY name").all();
    assert.deepEqual(
      names.map(({ name }) => name),
      ["db", "needed"],
    );
  });

  test("cuts the file to its size, the oldest first, and gives the room back", async () => {
    await using place = new Place();
    using history = new HistoryDatabase(place.path("history.db"));
    const large = Array.from({ length: 100 }, (_, index) => ({
      ...minuteAt(index * minute),
      data: new Uint8Array(200_000),
    }));
    history.write(large, [], 0);
    ageAt(history, 0, { sizeMaxMib: 18 });
    const left = history.chunksOf("web");
    assert.ok(left.length > 20 && left.length < 60, `${left.length} are left`);
    assert.equal(Math.max(...left.map(({ firstMs }) => firstMs)), 99 * minute);
    assert.equal(Math.min(...left.map(({ firstMs }) => firstMs)), (100 - left.length) * minute);
    const { all, bytesEach } = history.pages();
    assert.ok(all * bytesEach < 18 * 1024 * 1024, "the file is no smaller than before");
  });
});
