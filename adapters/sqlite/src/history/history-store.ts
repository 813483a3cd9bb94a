import {
  err,
  type HistoryReading,
  type HistoryRecord,
  type HistoryRecordKind,
  historyMetrics,
  ok,
  parseStructureName,
  type Result,
  type StructureName,
  type UsageHistory,
  type UsageHistoryQuestion,
} from "@sc/domain";
import type {
  HistoryStatus,
  HistoryStore,
  HistoryUnreadable,
  Log,
  RecordQuestion,
  Retention,
} from "@sc/ports";
import { WorkerLink, workerScript } from "../worker-link.ts";
import type { HistoryReply, HistoryRequest, WorkerStatus } from "./history-protocol.ts";
import { readRecord, rowOf } from "./record-contents.ts";

/** So many readings may be on their way to the worker: two minutes of them. Beyond, they are lost. */
const readingsMax = 120;
const recordsMax = 10_000;
/** A disk that takes longer hangs. */
const answerSeconds = 10;
/** Seconds, either way: what JavaScript's own dates can say. */
const stampMax = 8.64e12;

/** What was sent and is not known to have arrived, the oldest first. */
interface Batch {
  readonly readings: number;
  readonly records: number;
}

/**
 * The history in one SQLite file, which a thread of its own writes. To append costs a copy of the numbers and
 * a message; when the thread cannot keep up, or hangs, what is new is lost and counted.
 */
export class SqliteHistoryStore implements HistoryStore {
  readonly #link: WorkerLink<HistoryRequest, HistoryReply>;
  readonly #log: Log;
  #underWay: Batch[] = [];
  #recordsUnderWay = 0;
  /** As the worker knows them. */
  #structures: readonly StructureName[] = [];
  #retention: Retention | undefined;
  #status: WorkerStatus | undefined;
  #isClosed = false;
  /** Here, and in workers that died. */
  #lostReadings = 0;
  #lostRecords = 0;
  #malformedRecords = 0;

  constructor(deps: { readonly path: string; readonly log: Log; readonly script?: URL }) {
    this.#log = deps.log;
    this.#link = new WorkerLink({
      task: { kind: "history", path: deps.path },
      log: deps.log,
      script: deps.script ?? workerScript,
      onReply: (reply) => this.#take(reply),
      onDeath: () => this.#lose(),
      onRestart: () => this.#startOver(),
    });
  }

  appendReading({ stamp, structures, values }: HistoryReading): void {
    const isWhole = values.length === structures.length * historyMetrics.length;
    if (
      this.#isClosed ||
      !isWhole ||
      !(Math.abs(stamp) < stampMax) ||
      this.#underWay.length >= readingsMax
    ) {
      this.#lostReadings += structures.length;
      return;
    }
    const isKnown = isSame(structures, this.#structures);
    const copy = values.slice();
    const request: HistoryRequest = {
      kind: "reading",
      stamp,
      structures: isKnown ? undefined : structures,
      values: copy,
    };
    const batch = { readings: structures.length, records: 0 };
    if (this.#send(request, batch, [copy.buffer]) && !isKnown) this.#structures = [...structures];
  }

  appendRecords(records: readonly HistoryRecord[]): void {
    if (records.length === 0) return;
    const isTooMuch = this.#recordsUnderWay + records.length > recordsMax;
    if (this.#isClosed || isTooMuch) {
      this.#lostRecords += records.length;
      return;
    }
    const request: HistoryRequest = { kind: "records", rows: records.map(rowOf) };
    this.#send(request, { readings: 0, records: records.length }, []);
  }

  async usage(question: UsageHistoryQuestion): Promise<Result<UsageHistory, HistoryUnreadable>> {
    const reply = await this.#link.ask({ kind: "usage", question }, answerSeconds);
    return reply?.kind === "usage" ? ok(reply.history) : err(failureIn(reply));
  }

  async records<Kind extends HistoryRecordKind>(
    question: RecordQuestion<Kind>,
  ): Promise<Result<readonly Extract<HistoryRecord, { kind: Kind }>[], HistoryUnreadable>> {
    const { kind, structure, limit, from = -stampMax, to = stampMax } = question;
    const search = { kind, structure, from, to, limit: Math.max(0, Math.floor(limit)) };
    const reply = await this.#link.ask({ kind: "find-records", question: search }, answerSeconds);
    if (reply?.kind !== "records") return err(failureIn(reply));
    const records = reply.rows.flatMap((row) => readRecord(row, kind) ?? []);
    this.#noteMalformed(reply.rows.length - records.length);
    return ok(records);
  }

  async structures(): Promise<Result<readonly StructureName[], HistoryUnreadable>> {
    const reply = await this.#link.ask({ kind: "structures" }, answerSeconds);
    if (reply?.kind !== "structures") return err(failureIn(reply));
    return ok(
      reply.names.flatMap((name) => {
        const parsed = parseStructureName(name);
        return parsed.ok ? [parsed.value] : [];
      }),
    );
  }

  status(): HistoryStatus {
    const { lostReadings = 0, lostRecords = 0, waitingChunks = 0 } = this.#status ?? {};
    return {
      lostReadings: this.#lostReadings + lostReadings,
      lostRecords: this.#lostRecords + lostRecords,
      queued: this.#underWay.length + waitingChunks,
      sizeMib: this.#status?.sizeMib,
      failure: this.#status?.failure,
    };
  }

  setRetention(retention: Retention): void {
    this.#retention = retention;
    this.#send({ kind: "retention", retention }, { readings: 0, records: 0 }, []);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#link.close();
  }

  #send(request: HistoryRequest, batch: Batch, transfer: readonly ArrayBuffer[]): boolean {
    if (this.#link.post(request, transfer)) {
      this.#underWay.push(batch);
      this.#recordsUnderWay += batch.records;
      return true;
    }
    this.#lostReadings += batch.readings;
    this.#lostRecords += batch.records;
    return false;
  }

  #take(reply: HistoryReply): void {
    if (reply.kind !== "taken" && reply.kind !== "status") return;
    if (reply.kind === "taken") {
      // In the order of what was sent.
      const batch = this.#underWay.shift();
      this.#recordsUnderWay -= batch?.records ?? 0;
    }
    const before = this.#status;
    this.#status = reply.status;
    const { failure, damagedChunks } = reply.status;
    if (failure?.code !== before?.failure?.code) {
      if (failure === undefined) this.#log.info("the history is written again");
      else this.#log.warn("the history has a problem", { ...failure });
    }
    if (damagedChunks > 0 && before?.damagedChunks === 0)
      this.#log.warn("a part of the history is damaged and left out", { damagedChunks });
  }

  #lose(): void {
    const { lostReadings = 0, lostRecords = 0 } = this.#status ?? {};
    const { unwrittenReadings = 0, unwrittenRecords = 0 } = this.#status ?? {};
    this.#lostReadings += lostReadings + unwrittenReadings;
    this.#lostRecords += lostRecords + unwrittenRecords;
    for (const { readings, records } of this.#underWay) {
      this.#lostReadings += readings;
      this.#lostRecords += records;
    }
    this.#underWay = [];
    this.#recordsUnderWay = 0;
    this.#status = undefined;
  }

  #startOver(): void {
    this.#structures = [];
    if (this.#retention !== undefined) this.setRetention(this.#retention);
  }

  #noteMalformed(count: number): void {
    if (count === 0) return;
    if (this.#malformedRecords === 0)
      this.#log.warn("records of the history cannot be understood and are left out", { count });
    this.#malformedRecords += count;
  }
}

const isSame = (a: readonly StructureName[], b: readonly StructureName[]): boolean =>
  a.length === b.length && a.every((name, index) => name === b[index]);

const failureIn = (reply: HistoryReply | undefined): HistoryUnreadable =>
  reply?.kind === "failed"
    ? reply.failure
    : { code: "SC_HISTORY_UNAVAILABLE", text: "the history did not answer in time" };
