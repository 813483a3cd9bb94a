import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay, setImmediate as turn } from "node:timers/promises";
import {
  historyMetrics,
  parseStructureName,
  type StructureName,
  type UsageHistory,
  wallSeconds,
} from "@sc/domain";
import type { Log, Retention } from "@sc/ports";
import { SqliteHistoryStore } from "@sc/sqlite";
import type { Benchmark } from "./benchmark.ts";
import { BusyContainer, seededRandom } from "./history-load.ts";
import { percentile } from "./percentile.ts";

const width = historyMetrics.length;
/** Midnight somewhere; a day of simulated time begins here. */
const begin = 1_790_035_200;
const daySeconds = 86_400;
const keepAll: Retention = { rawHours: 48, tenSecondDays: 30, minuteDays: 90, sizeMaxMib: 1e6 };
const quiet: Log = { info: () => {}, warn: console.error, error: console.error };

/** What the history costs: the disk, the thread that samples, and whoever asks. */
export const benchmark: Benchmark = {
  name: "history",
  about:
    "bytesPerContainerDay: growth of the file with its indexes by one day of 1 s readings of a busy " +
    "container, 10 metrics, kept as they came, plus what the day takes later as 10 s and as minutes. " +
    "appendMsPerTick: one reading of 1 000 containers, on the calling thread. queryMs: a day at 1 s of one " +
    "container among others, through the store, from the calling thread; medians.",
  bounds: { bytesPerContainerDay: 2_000_000, appendMsPerTick: 5, queryMs: 150 },
  async run({ isQuick }) {
    const folder = mkdtempSync(join(tmpdir(), "sc-bench-history-"));
    try {
      return {
        figures: {
          ...(await measureAppends(join(folder, "append.db"), isQuick)),
          ...(await measureDays(join(folder, "days.db"), isQuick)),
        },
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

const namesOf = (count: number): readonly StructureName[] =>
  Array.from({ length: count }, (_, index) => {
    const parsed = parseStructureName(`container-${index}`);
    if (!parsed.ok) throw new Error(parsed.error.message);
    return parsed.value;
  });

/** Readings of containers, a second after the other; stamps are late by 3 ms on average, as timers are. */
class Feed {
  readonly structures: readonly StructureName[];
  readonly values: Float64Array;
  readonly #containers: readonly BusyContainer[];
  readonly #random = seededRandom(1);
  #second = 0;
  #stamp = begin - 1;

  constructor(count: number) {
    this.structures = namesOf(count);
    this.values = new Float64Array(count * width);
    this.#containers = Array.from({ length: count }, (_, index) => new BusyContainer(index + 2));
  }

  next() {
    const late = Math.min(0.4, -0.003 * Math.log(1 - this.#random()));
    const stamp = Math.round((begin + this.#second + late) * 1000) / 1000;
    this.#containers.forEach((container, row) => {
      container.read(this.values, row * width, stamp - this.#stamp);
    });
    this.#second += 1;
    this.#stamp = stamp;
    const { structures, values } = this;
    return { stamp: wallSeconds(stamp), structures, values };
  }
}

async function measureAppends(path: string, isQuick: boolean) {
  const store = new SqliteHistoryStore({ path, log: quiet });
  const feed = new Feed(1000);
  const times: number[] = [];
  for (let tick = 0; tick < (isQuick ? 70 : 300); tick += 1) {
    const reading = feed.next();
    const startedAt = performance.now();
    store.appendReading(reading);
    times.push(performance.now() - startedAt);
    await turn();
    await drained(store, 20);
  }
  const startedAt = performance.now();
  await store.structures();
  const { lostReadings } = store.status();
  await store.close();
  return {
    appendMsPerTick: percentile(times, 50),
    appendP99Ms: percentile(times, 99),
    lostReadings,
    closeMs: performance.now() - startedAt,
  };
}

async function drained(store: SqliteHistoryStore, most: number): Promise<void> {
  while (store.status().queued > most) await delay(1);
}

async function measureDays(path: string, isQuick: boolean) {
  const containers = isQuick ? 3 : 24;
  const seconds = isQuick ? daySeconds / 8 : daySeconds;
  let store = new SqliteHistoryStore({ path, log: quiet });
  store.setRetention(keepAll);
  const feed = new Feed(containers);
  const fedAt = performance.now();
  for (let second = 0; second < seconds; second += 1) {
    store.appendReading(feed.next());
    if (second % 50 === 0) await drained(store, 60);
  }
  await settled(store, path, "tier = 0", 70 * containers);
  const feedMs = performance.now() - fedAt;
  const { lostReadings } = store.status();
  if (lostReadings > 0) throw new Error(`${lostReadings} readings were lost`);
  const query = await measureQueries(store, feed.structures, seconds, isQuick);
  await store.close();
  const perDay = daySeconds / seconds / containers;
  const raw = fileSize(path);

  store = await aged(path, feed, { ...keepAll, rawHours: 1 }, "tier < 2");
  await store.close();
  const tenSeconds = bytesOfTier(path, 2);
  store = await aged(path, feed, { ...keepAll, rawHours: 1, tenSecondDays: 0 }, "tier = 2");
  await store.close();
  const minutes = bytesOfTier(path, 3);
  return {
    bytesPerContainerDay: (raw + tenSeconds + minutes) * perDay,
    rawBytesPerContainerDay: raw * perDay,
    tenSecondBytesPerContainerDay: tenSeconds * perDay,
    minuteBytesPerContainerDay: minutes * perDay,
    timesSmallerThanFloats: ((width + 1) * 8 * daySeconds) / (raw * perDay),
    feedMsPerContainerHour: (feedMs / containers / seconds) * 3600,
    ...query,
  };
}

async function measureQueries(
  store: SqliteHistoryStore,
  structures: readonly StructureName[],
  seconds: number,
  isQuick: boolean,
) {
  const times: number[] = [];
  const longest: number[] = [];
  let readings = 0;
  for (let round = 0; round < (isQuick ? 3 : 15); round += 1) {
    const structure = structures[round % structures.length];
    if (structure === undefined) break;
    const timer = new LongestTurn();
    const startedAt = performance.now();
    const history = await ask(store, structure, seconds);
    times.push(performance.now() - startedAt);
    longest.push(timer.stop());
    readings = history.stamps.length;
  }
  return {
    queryMs: percentile(times, 50),
    queryMaxMs: Math.max(...times),
    queryReadings: readings,
    queryHoldsCallerMs: percentile(longest, 50),
  };
}

async function ask(
  store: SqliteHistoryStore,
  structure: StructureName,
  seconds: number,
): Promise<UsageHistory> {
  const from = wallSeconds(begin);
  const to = wallSeconds(begin + seconds);
  const answer = await store.usage({ structure, from, to, stepSeconds: 1 });
  if (!answer.ok) throw new Error(answer.error.text);
  return answer.value;
}

/** The longest time this thread's loop was held up. */
class LongestTurn {
  #longest = 0;
  #last = performance.now();
  readonly #timer = setInterval(() => this.#look(), 1);

  stop(): number {
    clearInterval(this.#timer);
    this.#look();
    return this.#longest;
  }

  #look(): void {
    const now = performance.now();
    this.#longest = Math.max(this.#longest, now - this.#last);
    this.#last = now;
  }
}

/** Opens the file again and lets all of it grow old. */
async function aged(
  path: string,
  feed: Feed,
  retention: Retention,
  where: string,
): Promise<SqliteHistoryStore> {
  const store = new SqliteHistoryStore({ path, log: quiet });
  store.setRetention(retention);
  const later = begin + 3 * daySeconds;
  // A jump of the clock alone makes nothing old.
  for (let at = begin + daySeconds; at < later; at += 600) {
    store.appendReading({ stamp: wallSeconds(at), structures: [], values: new Float64Array() });
    await drained(store, 60);
  }
  store.appendReading({ ...feed.next(), stamp: wallSeconds(later) });
  await settled(store, path, `${where} AND last < ${(later - daySeconds) * 1000}`, 0);
  return store;
}

/** Waits until no more than so many chunks are left to grow old. */
async function settled(
  store: SqliteHistoryStore,
  path: string,
  where: string,
  most: number,
): Promise<void> {
  await drained(store, 1);
  const database = new DatabaseSync(path, { readOnly: true });
  const count = database.prepare(`SELECT count(*) AS count FROM chunk WHERE ${where}`);
  while (Number(count.get()?.count) > most) await delay(20);
  database.close();
}

/** The log beside it is written back by the last one that closes the file. */
const fileSize = (path: string): number => statSync(path).size;

/** With its share of the indexes; without free pages. */
function bytesOfTier(path: string, tier: number): number {
  const database = new DatabaseSync(path, { readOnly: true });
  const sum = (sql: string): number => Number(Object.values(database.prepare(sql).get() ?? {})[0]);
  const data = sum(`SELECT coalesce(sum(length(data)), 0) FROM chunk WHERE tier = ${tier}`);
  const all = sum("SELECT coalesce(sum(length(data)), 0) FROM chunk");
  const used = sum(
    "SELECT sum(pgsize) FROM dbstat WHERE name IN ('chunk', 'chunk_place', 'structure')",
  );
  database.close();
  return all === 0 ? 0 : (used * data) / all;
}
