import assert from "node:assert/strict";
import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type ResourceEvent, type StructureName, wallSeconds } from "@sc/domain";
import { historyReading } from "@sc/ports/testing";
import {
  eventually,
  keepingLog,
  lockElsewhere,
  otherProcess,
  Place,
  SmallDisk,
  whyNoMounts,
} from "../testing/places.ts";
import { SqliteHistoryStore } from "./history-store.ts";

/** A minute of the fixed time of `historyReading` begins here. */
const minute = 40;
const day = 86_400;

function open(place: Place, script?: URL) {
  const { log, lines } = keepingLog();
  const path = place.path("history.db");
  const store = new SqliteHistoryStore({ path, log, ...(script && { script }) });
  place.defer(() => store.close());
  return { store, path, lines };
}

/** A core used all the time. */
const busy = (at: number) => ({ web: { cpuUsedCoreSeconds: at, cpuLimitShares: 200 } });

async function feed(store: SqliteHistoryStore, from: number, to: number, used = 0): Promise<void> {
  for (let at = from; at < to; at += 1) {
    store.appendReading(historyReading(at, busy(at + used)));
    // With the 50 that follow it stays below the 120 that may wait, also where the worker is slow.
    if (at % 50 === 0) await eventually(() => store.status().queued < 60);
  }
}

/** Time goes by without any container, so far apart as the readings of a server may be. */
async function pass(store: SqliteHistoryStore, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += 600) {
    store.appendReading(historyReading(at, {}));
    await eventually(() => store.status().queued < 100);
  }
}

async function coreSeconds(store: SqliteHistoryStore): Promise<number> {
  const structure = "web" as StructureName;
  const [from, to] = [wallSeconds(0), wallSeconds(4_000_000_000)];
  const answer = await store.usage({ structure, from, to, stepSeconds: 60 });
  assert.ok(answer.ok, JSON.stringify(answer));
  return Math.round(answer.value.sums.cpu.used * 1000) / 1000;
}

const questionCode = async (store: SqliteHistoryStore): Promise<string> => {
  const answer = await store.structures();
  return answer.ok ? "answered" : answer.error.code;
};

describe("a history that is interrupted", () => {
  test("by a kill has all but the minute that was under way", async () => {
    await using place = new Place();
    const path = place.path("history.db");
    const script = fileURLToPath(new URL("../testing/appending-process.ts", import.meta.url));
    const child = await otherProcess(place, [script, path]);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    // Minutes end at 40, 100 and 160; the reading before the last end is 159.
    assert.equal(await coreSeconds(open(place).store), 159);
  });

  test("goes on in the same run after a restart, and the time between is known", async () => {
    await using place = new Place();
    const first = open(place).store;
    await feed(first, 0, 100);
    await first.close();
    const second = open(place).store;
    await feed(second, 500, 600);
    assert.equal(await coreSeconds(second), 599);
  });

  test("by a clock that steps back a day keeps both days, also after a restart", async () => {
    await using place = new Place();
    const first = open(place).store;
    await feed(first, day, day + 200);
    await feed(first, 0, 200, day + 200);
    assert.equal(await coreSeconds(first), 199 + 199);
    await first.close();
    const second = open(place).store;
    await feed(second, -100, 100, 2 * day);
    await second.close();
    assert.equal(await coreSeconds(open(place).store), 3 * 199);
  });
});

describe("a history whose file", () => {
  const damages: readonly (readonly [what: string, damage: (path: string) => void])[] = [
    ["is garbage", (path) => writeFileSync(path, "garbage ".repeat(1000))],
    ["was cut off", (path) => truncateSync(path, 8192)],
  ];
  for (const [what, damage] of damages) {
    test(`${what} moves it aside, says so, and begins a new one`, async () => {
      await using place = new Place();
      const first = open(place);
      await feed(first.store, 0, 200);
      await first.store.close();
      damage(first.path);
      const before = readFileSync(first.path);
      const { store, lines } = open(place);
      await feed(store, 300, 400);
      assert.equal(await coreSeconds(store), 99);
      await eventually(() => store.status().failure?.code === "SC_HISTORY_CORRUPT");
      assert.match(JSON.stringify(lines), /SC_HISTORY_CORRUPT/);
      const aside = readdirSync(place.folder).find((name) => /\.corrupt-\d+$/.test(name));
      assert.ok(aside !== undefined);
      assert.deepEqual(readFileSync(place.path(aside)), before);
      await store.close();
      assert.equal(await coreSeconds(open(place).store), 99);
    });
  }

  test("is of a newer version is left alone, and what comes is lost and counted", async () => {
    await using place = new Place();
    const first = open(place);
    await feed(first.store, 0, 100);
    await first.store.close();
    const database = new DatabaseSync(first.path);
    database.exec("PRAGMA user_version = 2");
    database.close();
    const before = readFileSync(first.path);
    const { store } = open(place);
    await feed(store, 200, 300);
    assert.equal(await questionCode(store), "SC_HISTORY_NEWER");
    await eventually(() => store.status().lostReadings > 0);
    assert.equal(store.status().failure?.code, "SC_HISTORY_NEWER");
    await store.close();
    assert.deepEqual(readFileSync(first.path), before);
  });

  test("another process locks waits in memory, and is written when it is free", async () => {
    await using place = new Place();
    const { store, path } = open(place);
    await feed(store, 0, minute);
    await eventually(async () => (await questionCode(store)) === "answered");
    const other = await lockElsewhere(place, path, "BEGIN EXCLUSIVE");
    await feed(store, minute, minute + 65);
    await eventually(() => store.status().failure?.code === "SC_HISTORY_LOCKED");
    assert.equal(await coreSeconds(store), minute + 64);
    const ended = new Promise((resolve) => other.once("exit", resolve));
    other.kill("SIGKILL");
    await ended;
    await eventually(() => store.status().failure === undefined);
    assert.equal(store.status().lostReadings, 0);
    assert.equal(await coreSeconds(store), minute + 64);
  });

  test("finds no room waits in memory, and is written when there is some", {
    skip: whyNoMounts(),
  }, async () => {
    await using place = new Place();
    const disk = new SmallDisk(place, "2m");
    const { store } = open(place);
    await feed(store, 0, 200);
    await eventually(() => store.status().queued === 0);
    disk.fill();
    let at = 200;
    // The log beside the file may have room for a few minutes yet.
    await eventually(async () => {
      await feed(store, at, at + 60);
      at += 60;
      return store.status().failure?.code === "SC_HISTORY_FULL";
    });
    assert.equal(await coreSeconds(store), at - 1);
    disk.makeRoom();
    await eventually(() => store.status().failure === undefined);
    await store.close();
    assert.equal(await coreSeconds(open(place).store), at - 1);
  });
});

describe("a history's thread", () => {
  test("that dies is noticed, counted, and started again", async () => {
    await using place = new Place();
    const { store, lines } = open(place, new URL("../testing/dying-worker.ts", import.meta.url));
    await feed(store, 0, 50);
    assert.equal(await coreSeconds(store), 49);
    // The stamp the test's worker dies of.
    store.appendReading({ ...historyReading(50, busy(50)), stamp: wallSeconds(666) });
    await eventually(() => store.status().lostReadings > 0);
    assert.match(JSON.stringify(lines), /started again/);
    assert.equal(store.status().queued, 0);
    await eventually(async () => (await questionCode(store)) === "answered");
    const lost = store.status().lostReadings;
    assert.ok(lost >= 11 && lost <= 51, `${lost} lost`);
    await feed(store, 60, 100);
    await eventually(async () => (await coreSeconds(store)) >= 39);
  });

  test("that is given more than it can take loses what is new, and nothing else", async () => {
    await using place = new Place();
    const { store } = open(place);
    assert.equal(await questionCode(store), "answered");
    for (let at = 0; at < 500; at += 1) store.appendReading(historyReading(at, busy(at)));
    assert.equal(store.status().lostReadings, 500 - 120);
    assert.equal(await coreSeconds(store), 119);
  });

  test("takes ten times the load of a large host, all of it", async () => {
    await using place = new Place();
    const { store } = open(place);
    const values = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`c${index}`, { cpuUsedCoreSeconds: index }]),
    );
    const { structures } = historyReading(0, values);
    for (let at = minute - 5; at < minute + 5; at += 1) {
      store.appendReading(historyReading(at, values));
      await eventually(() => store.status().queued < 15_000);
    }
    const names = await store.structures();
    assert.equal(names.ok && names.value.length, structures.length);
    assert.equal(store.status().lostReadings, 0);
  });
});

describe("a history that grows old", () => {
  test("is kept coarser, with the same sums, and is gone at last", async () => {
    await using place = new Place();
    const { store, path } = open(place);
    const retention = { rawHours: 1, tenSecondDays: 1, minuteDays: 4, sizeMaxMib: 2048 };
    store.setRetention(retention);
    await feed(store, 0, 3600);
    const tiers = (): string => {
      const database = new DatabaseSync(path, { readOnly: true });
      const rows = database.prepare("SELECT DISTINCT tier FROM chunk ORDER BY tier").all();
      database.close();
      return rows.map(({ tier }) => tier).join(" ");
    };
    // A day begins at 67 600 of the readings' time, another at 154 000.
    const stages: readonly (readonly [at: number, tiers: string, tier: string])[] = [
      [3 * 3600 + 3600, "2", "ten seconds"],
      [day + 2 * day, "3", "minutes"],
    ];
    let before = 3600;
    for (const [at, expected] of stages) {
      await pass(store, before, at);
      before = at + 600;
      store.appendReading(historyReading(at, busy(at)));
      await eventually(() => tiers().split(" ").includes(expected));
      // What is left begins with the last reading of its first ten seconds, or minute.
      const known = await coreSeconds(store);
      assert.ok(known > at - 60 && known <= at, `${known} of ${at}`);
    }
    await pass(store, before, 9 * day);
    await eventually(async () => tiers() === "");
  });

  test("is kept although the clock jumps a year ahead, over restarts, and set right again", async () => {
    await using place = new Place();
    let { store } = open(place);
    await feed(store, 0, 200);
    const year = 365 * day;
    let used = 200;
    for (const ahead of [year, 2 * year]) {
      await feed(store, ahead, ahead + 100, used - ahead);
      used += 100;
      // Between any two questions there is a step of what grows old.
      for (let turn = 0; turn < 100; turn += 1) await store.structures();
      await store.close();
      store = open(place).store;
    }
    await feed(store, 200, 300, used - 200);
    await store.close();
    assert.equal(await coreSeconds(open(place).store), 399 + 99);
  });

  test("is cut to its size, the oldest first", async () => {
    await using place = new Place();
    const { store, path } = open(place);
    store.setRetention({ rawHours: 24, tenSecondDays: 7, minuteDays: 90, sizeMaxMib: 10 });
    const event = (at: number): ResourceEvent => ({
      structure: "web" as StructureName,
      resource: "cpu",
      direction: "up",
      rule: "long ".repeat(200),
      used: at,
      threshold: 1,
      at: 0 as ResourceEvent["at"],
      stamp: wallSeconds(at),
    });
    for (let batch = 0; batch < 10; batch += 1) {
      const records = Array.from({ length: 600 }, (_, index) => ({
        kind: "event" as const,
        event: event(batch * 600 + index),
      }));
      store.appendRecords(records);
      await store.records({ kind: "event", limit: 1 });
    }
    await feed(store, 0, 100);
    const count = (): number => {
      const database = new DatabaseSync(path, { readOnly: true });
      const row = database
        .prepare("SELECT count(*) AS count, min(stamp) AS first FROM record")
        .get();
      database.close();
      return Number(row?.count) + (Number(row?.first) === 0 ? 10_000 : 0);
    };
    await eventually(() => count() < 6000);
    const answer = await store.records({ kind: "event", limit: 1 });
    assert.equal(answer.ok && answer.value[0]?.event.used, 5999);
  });
});
