import { err, joinReadings, thinReadings, type UsageReadings } from "@sc/domain";
import type { Retention } from "@sc/ports";
import { inTransaction } from "../open-database.ts";
import { decodeChunk, encodeChunk } from "./chunk-codec.ts";
import type { HistoryDatabase } from "./history-database.ts";
import { ageToLeave, recordAgeMs, type Tier, tiers } from "./tiers.ts";

/** What one step deletes at most, so that nobody waits long for its turn. */
const rowsAtOnce = 500;
/** What the log beside the file may take, kept free of the size cap. */
const logMib = 8;
/** Free pages are used again; more than this share of the file is given back. */
const freeShareMax = 0.05;
const vacuumPages = 1000;
/** Named, so that an index is used. */
const recordKinds = "'event', 'request', 'change'";
const mebibyte = 1024 * 1024;

export interface AgingOptions {
  readonly nowMs: number;
  readonly retention: Retention;
  /** Whether something of this name waits in memory. */
  readonly isNeeded: (name: string) => boolean;
  readonly onDamaged: () => void;
}

/**
 * One round of making old history smaller. It is done in steps, each short and whole in itself, so that
 * readings and questions come in between, and a crash leaves either the old chunks or the new one.
 */
export function* age(history: HistoryDatabase, options: AgingOptions): Generator<void> {
  for (const tier of tiers) {
    const next = tiers[tier.number + 1];
    const beforeMs = options.nowMs - ageToLeave(tier, options.retention);
    if (next === undefined) {
      yield* remove(
        history,
        `DELETE FROM chunk WHERE id IN
        (SELECT id FROM chunk WHERE tier = ${tier.number} AND last < ? LIMIT ${rowsAtOnce})`,
        beforeMs,
      );
      continue;
    }
    for (const group of groupsOf(history, tier, next, beforeMs)) {
      rollUp(history, group, options.onDamaged);
      yield;
    }
  }
  const recordsBefore = (options.nowMs - recordAgeMs(options.retention)) / 1000;
  yield* remove(
    history,
    `DELETE FROM record WHERE id IN
    (SELECT id FROM record WHERE kind IN (${recordKinds}) AND stamp < ? LIMIT ${rowsAtOnce})`,
    recordsBefore,
  );
  yield* shrink(history, options.retention.sizeMaxMib);
  history.pruneStructures(options.isNeeded);
  yield* vacuum(history);
}

function* remove(history: HistoryDatabase, sql: string, before: number): Generator<void> {
  while (Number(history.statement(sql).run(before).changes) > 0) yield;
}

/** The chunks of one structure and run that become one of the next tier. */
interface Group {
  readonly tier: Tier;
  readonly next: Tier;
  readonly structure: number;
  readonly run: number;
  readonly slot: number;
}

/** Slots that are over, and for long enough. */
function groupsOf(
  history: HistoryDatabase,
  tier: Tier,
  next: Tier,
  beforeMs: number,
): readonly Group[] {
  return history
    .statement(
      `SELECT DISTINCT structure, run, first / ${next.slotMs} AS slot FROM chunk
       WHERE tier = ${tier.number} AND (first / ${next.slotMs} + 1) * ${next.slotMs} <= ?`,
    )
    .all(beforeMs)
    .map(({ structure, run, slot }) => ({
      tier,
      next,
      structure: Number(structure),
      run: Number(run),
      slot: Number(slot),
    }));
}

function rollUp(history: HistoryDatabase, group: Group, onDamaged: () => void): void {
  const { tier, next, structure, run, slot } = group;
  const place = [tier.number, structure, run, slot * next.slotMs, (slot + 1) * next.slotMs];
  const where = "tier = ? AND structure = ? AND run = ? AND first >= ? AND first < ?";
  inTransaction(history.database, () => {
    const rows = history.statement(`SELECT data FROM chunk WHERE ${where}`).all(...place);
    const parts: UsageReadings[] = [];
    for (const { data } of rows) {
      const decoded =
        data instanceof Uint8Array ? decodeChunk(data, tier.resolutionSeconds) : err("no bytes");
      if (decoded.ok) parts.push(decoded.value);
      else onDamaged();
    }
    history.statement(`DELETE FROM chunk WHERE ${where}`).run(...place);
    const make = next.resolutionSeconds > tier.resolutionSeconds ? thinReadings : joinReadings;
    const readings = make(parts, next.resolutionSeconds);
    const { stamps } = readings;
    if (stamps.length === 0) return;
    history.insertChunk(next.number, {
      structure,
      run,
      firstMs: Math.round((stamps[0] ?? 0) * 1000),
      lastMs: Math.round((stamps.at(-1) ?? 0) * 1000),
      data: encodeChunk(readings),
    });
  });
}

/** While it takes too much, the oldest goes first: a fiftieth of all chunks, and the records of that time. */
function* shrink(history: HistoryDatabase, sizeMaxMib: number): Generator<void> {
  const isTooLarge = (): boolean => {
    const { all, free, bytesEach } = history.pages();
    return (all - free) * bytesEach > Math.max(1, sizeMaxMib - logMib) * mebibyte;
  };
  while (isTooLarge()) {
    const row = history
      .statement(
        `SELECT max(last) AS before, count(*) AS chunks FROM
           (SELECT last FROM chunk ORDER BY last LIMIT (SELECT count(*) / 50 + 1 FROM chunk))`,
      )
      .get();
    const newest = history
      .statement(
        `SELECT max(stamp) AS before FROM
           (SELECT stamp FROM record ORDER BY stamp LIMIT (SELECT count(*) / 50 + 1 FROM record))`,
      )
      .get();
    const hasChunks = Number(row?.chunks ?? 0) > 0;
    const beforeMs = hasChunks ? Number(row?.before) : Number(newest?.before ?? 0) * 1000;
    inTransaction(history.database, () => {
      history.statement("DELETE FROM chunk WHERE last <= ?").run(beforeMs);
      history.statement("DELETE FROM record WHERE stamp <= ?").run(beforeMs / 1000);
    });
    if (!hasChunks && newest?.before === null) return;
    yield;
  }
}

function* vacuum(history: HistoryDatabase): Generator<void> {
  for (;;) {
    const { all, free } = history.pages();
    if (free <= Math.max(vacuumPages, all * freeShareMax)) return;
    history.database.exec(`PRAGMA incremental_vacuum(${vacuumPages})`);
    yield;
    if (history.pages().free >= free) return;
  }
}
