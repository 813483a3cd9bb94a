import type { TransferListItem } from "node:worker_threads";
import {
  assertNever,
  err,
  historyMetrics,
  type StructureName,
  type UsageHistoryQuestion,
} from "@sc/domain";
import type { HistoryUnreadable, Retention } from "@sc/ports";
import { age } from "./aging.ts";
import { AgingClock } from "./aging-clock.ts";
import { decodeChunk, encodeChunk } from "./chunk-codec.ts";
import type { HistoryDatabase } from "./history-database.ts";
import type {
  HistoryReply,
  HistoryRequest,
  RecordRow,
  RecordSearch,
  WorkerStatus,
} from "./history-protocol.ts";
import { HistoryWriter } from "./history-writer.ts";
import { OpenChunk } from "./open-chunk.ts";
import { defaultRetention, freshTier, minuteMs, tiers } from "./tiers.ts";
import { answerUsage, buffersOf, type ReadableChunk } from "./usage-answer.ts";

const width = historyMetrics.length;
/** Chunks made of readings in one go; between two, readings and questions have their turn. */
const encodedAtOnce = 16;
/** What is too old is looked for when the readings' clock has gone on so far. */
const agingEveryMs = 10 * minuteMs;
/** Where no reading came for so long, the minute is over all the same. */
const idleMs = 2 * minuteMs;
const lookEveryMs = 1000;

/** The history in its worker: the minute under way, what waits, and the file. */
export class HistoryServer {
  readonly #writer: HistoryWriter;
  readonly #tell: (reply: HistoryReply) => void;
  readonly #open = new Map<StructureName, OpenChunk>();
  /** Over, and not yet made into bytes. */
  #finished: OpenChunk[] = [];
  #structures: readonly StructureName[] = [];
  #run = 0;
  #lastMs = Number.NEGATIVE_INFINITY;
  #lastReadingAt = 0;
  #retention: Retention = defaultRetention;
  readonly #agingClock = new AgingClock();
  #aging: Generator<void> | undefined;
  #agedMs = Number.NEGATIVE_INFINITY;
  #lostReadings = 0;
  #isClosed = false;
  #isPumping = false;
  /** Something was done since the status was told. */
  #hasNews = false;
  readonly #timer: NodeJS.Timeout;

  constructor(path: string, tell: (reply: HistoryReply) => void) {
    this.#writer = new HistoryWriter(path, () => performance.now());
    this.#tell = tell;
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
    // Opens the file, so that what is wrong with it is known before it is needed.
    this.#writer.use(() => undefined);
  }

  answer(request: HistoryRequest): {
    readonly reply: HistoryReply;
    readonly transfer: readonly TransferListItem[];
  } {
    const reply = this.#answer(request);
    return { reply, transfer: reply.kind === "usage" ? buffersOf(reply.history) : [] };
  }

  /** Writes all that can be written now. */
  close(): void {
    clearInterval(this.#timer);
    this.#isClosed = true;
    this.#finishAll();
    while (this.#encodeSome());
    while (this.#writer.writeSome());
    this.#writer.backlog.drop();
    this.#tell({ kind: "status", status: this.#status() });
    this.#writer.close();
  }

  #answer(request: HistoryRequest): HistoryReply {
    switch (request.kind) {
      case "reading":
        this.#append(request);
        return { kind: "taken", status: this.#status() };
      case "records":
        this.#writer.backlog.addRecords(request.rows);
        return { kind: "taken", status: this.#status() };
      case "retention":
        this.#retention = request.retention;
        this.#agedMs = Number.NEGATIVE_INFINITY;
        return { kind: "taken", status: this.#status() };
      case "usage":
        return replyOf(
          this.#writer.use((history) => this.#usage(history, request.question)),
          (history) => ({ kind: "usage", history }),
        );
      case "find-records":
        return replyOf(
          this.#writer.use((history) => this.#records(history, request.question)),
          (rows) => ({ kind: "records", rows }),
        );
      case "structures":
        return replyOf(
          this.#writer.use((history) => this.#names(history)),
          (names) => ({ kind: "structures", names }),
        );
      default:
        return assertNever(request);
    }
  }

  #append(reading: Extract<HistoryRequest, { kind: "reading" }>): void {
    this.#structures = reading.structures ?? this.#structures;
    const stampMs = Math.round(reading.stamp * 1000);
    const isBack = stampMs <= this.#lastMs;
    if (isBack || Math.floor(stampMs / minuteMs) !== Math.floor(this.#lastMs / minuteMs))
      this.#finishAll();
    if (isBack) this.#run += 1;
    if (this.#lastReadingAt === 0) this.#writer.firstMs = stampMs;
    this.#lastMs = stampMs;
    this.#agingClock.take(stampMs);
    this.#lastReadingAt = performance.now();
    this.#structures.forEach((structure, row) => {
      let chunk = this.#open.get(structure);
      if (chunk === undefined) {
        chunk = new OpenChunk(structure, this.#run);
        this.#open.set(structure, chunk);
      }
      if (!chunk.push(stampMs, reading.values, row * width)) this.#lostReadings += 1;
    });
    this.#pump();
  }

  #finishAll(): void {
    for (const chunk of this.#open.values()) this.#finished.push(chunk);
    this.#open.clear();
  }

  #look(): void {
    // A file that could not be opened may be another one now.
    if (this.#writer.failure !== undefined) this.#writer.use(() => undefined);
    if (this.#open.size > 0 && performance.now() - this.#lastReadingAt > idleMs) this.#finishAll();
    this.#pump();
  }

  /** Goes on with what there is to do, a little at a time, as long as there is something. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    setImmediate(() => {
      this.#isPumping = false;
      if (this.#isClosed) return;
      this.#hasNews ||= !this.#writer.backlog.isEmpty;
      const hasMore = this.#encodeSome() || this.#writer.writeSome() || this.#ageSome();
      if (hasMore) {
        this.#hasNews = true;
        this.#pump();
      } else if (this.#hasNews) {
        this.#hasNews = false;
        this.#tell({ kind: "status", status: this.#status() });
      }
    });
  }

  #encodeSome(): boolean {
    const chunks = this.#finished.slice(0, encodedAtOnce);
    this.#finished = this.#finished.slice(encodedAtOnce);
    for (const chunk of chunks) {
      const { structure, run, firstMs, lastMs, count } = chunk;
      const data = encodeChunk(chunk.readings());
      this.#writer.backlog.addChunk({ structure, run, firstMs, lastMs, count, data });
    }
    if (this.#writer.isNewer) this.#writer.backlog.drop();
    return chunks.length > 0;
  }

  #ageSome(): boolean {
    if (this.#aging === undefined && !this.#isTimeToAge()) return false;
    if (this.#writer.waitMs > 0) return false;
    const failed = this.#writer.use((history) => {
      this.#aging ??= this.#beginAging(history);
      if (this.#aging.next().done === true) this.#aging = undefined;
      return undefined;
    });
    if (failed !== undefined) this.#aging = undefined;
    return this.#aging !== undefined;
  }

  #beginAging(history: HistoryDatabase): Generator<void> {
    const knownMs = history.agedUntilMs();
    const nowMs = this.#agingClock.believedMs(knownMs);
    if (knownMs === undefined || nowMs > knownMs) history.noteAged(nowMs);
    return age(history, {
      nowMs,
      retention: this.#retention,
      isNeeded: (name) => this.#isInMemory(name),
      onDamaged: () => {
        this.#writer.damagedChunks += 1;
      },
    });
  }

  #isTimeToAge(): boolean {
    if (!Number.isFinite(this.#lastMs) || Math.abs(this.#lastMs - this.#agedMs) < agingEveryMs)
      return false;
    this.#agedMs = this.#lastMs;
    return true;
  }

  #isInMemory(name: string): boolean {
    const isIt = ({ structure }: { readonly structure: string }): boolean => structure === name;
    return (
      [...this.#open.values()].some(isIt) ||
      this.#finished.some(isIt) ||
      this.#writer.backlog.chunks.some(isIt)
    );
  }

  #usage(history: HistoryDatabase, question: UsageHistoryQuestion) {
    const { structure } = question;
    const chunks: ReadableChunk[] = history.chunksOf(structure).map((chunk) => ({
      ...chunk,
      read: () => this.#decode(history.data(chunk.id), chunk.tier),
    }));
    for (const chunk of this.#writer.backlog.chunks) {
      if (chunk.structure !== structure) continue;
      const run = this.#writer.runInFile(history, chunk.run);
      chunks.push({ ...chunk, run, read: () => this.#decode(chunk.data, freshTier.number) });
    }
    const open = this.#open.get(structure);
    for (const chunk of [...this.#finished, ...(open === undefined ? [] : [open])]) {
      if (chunk.structure !== structure) continue;
      const { firstMs, lastMs } = chunk;
      const run = this.#writer.runInFile(history, chunk.run);
      chunks.push({ run, firstMs, lastMs, read: () => chunk.readings() });
    }
    return answerUsage(question, chunks);
  }

  #decode(data: Uint8Array, tier: number) {
    const resolution = tiers[tier]?.resolutionSeconds;
    const decoded = resolution === undefined ? err("no tier") : decodeChunk(data, resolution);
    if (decoded.ok) return decoded.value;
    this.#writer.damagedChunks += 1;
    return undefined;
  }

  /** What waits was appended last, so of equal stamps it is the newer. */
  #records(history: HistoryDatabase, question: RecordSearch): readonly RecordRow[] {
    const { kind, structure, from, to, limit } = question;
    const waiting = this.#writer.backlog.records
      .filter(
        (row) =>
          row.kind === kind &&
          (structure === undefined || row.structure === structure) &&
          row.stamp >= from &&
          row.stamp < to,
      )
      .reverse();
    const rows = [...waiting, ...history.records(question)];
    return rows.toSorted((a, b) => b.stamp - a.stamp).slice(0, limit);
  }

  #names(history: HistoryDatabase): readonly string[] {
    const names = new Set(history.structures());
    for (const { structure } of this.#writer.backlog.chunks) names.add(structure);
    for (const { structure } of this.#finished) names.add(structure);
    for (const name of this.#open.keys()) names.add(name);
    return [...names].toSorted();
  }

  #status(): WorkerStatus {
    const { backlog, damagedChunks, failure, sizeMib } = this.#writer;
    const countAll = (chunks: Iterable<{ readonly count: number }>): number => {
      let sum = 0;
      for (const { count } of chunks) sum += count;
      return sum;
    };
    return {
      lostReadings: this.#lostReadings + backlog.droppedReadings,
      lostRecords: backlog.droppedRecords,
      unwrittenReadings:
        countAll(this.#open.values()) + countAll(this.#finished) + countAll(backlog.chunks),
      unwrittenRecords: backlog.records.length,
      waitingChunks: this.#finished.length + backlog.chunks.length,
      damagedChunks,
      sizeMib,
      failure,
    };
  }
}

function replyOf<Value extends object>(
  value: Value | HistoryUnreadable,
  make: (value: Value) => HistoryReply,
): HistoryReply {
  return "code" in value
    ? { kind: "failed", failure: value as HistoryUnreadable }
    : make(value as Value);
}
