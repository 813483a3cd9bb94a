import {
  aggregateUsage,
  err,
  type HistoryMetric,
  type HistoryReading,
  type HistoryRecord,
  type HistoryRecordKind,
  historyMetrics,
  ok,
  type Result,
  type StructureName,
  subjectOf,
  type UsageHistory,
  type UsageHistoryQuestion,
  type UsageRun,
  usageColumns,
} from "@sc/domain";
import type {
  HistoryStatus,
  HistoryStore,
  HistoryUnreadable,
  RecordQuestion,
  Retention,
} from "../history-store.ts";

interface Row {
  readonly stamp: number;
  readonly values: Readonly<Record<HistoryMetric, number>>;
}

/** A history for tests; it keeps everything, and `fail` makes it answer as a broken disk does. */
export class InMemoryHistoryStore implements HistoryStore {
  retention: Retention | undefined;
  readonly #rows = new Map<StructureName, Row[]>();
  readonly #records: HistoryRecord[] = [];
  #failure: HistoryUnreadable | undefined;
  #isClosed = false;
  #lostReadings = 0;
  #lostRecords = 0;

  fail(why: HistoryUnreadable | undefined): void {
    this.#failure = why;
  }

  appendReading({ stamp, structures, values }: HistoryReading): void {
    const isWhole = values.length === structures.length * historyMetrics.length;
    if (!this.#takesMore() || !isWhole || !Number.isFinite(stamp)) {
      this.#lostReadings += structures.length;
      return;
    }
    structures.forEach((structure, row) => {
      const named = historyMetrics.map(
        ({ name }, column) => [name, values[row * historyMetrics.length + column]] as const,
      );
      const rows = this.#rows.get(structure) ?? [];
      rows.push({ stamp, values: Object.fromEntries(named) as Row["values"] });
      this.#rows.set(structure, rows);
    });
  }

  appendRecords(records: readonly HistoryRecord[]): void {
    if (this.#takesMore()) this.#records.push(...records);
    else this.#lostRecords += records.length;
  }

  async usage(question: UsageHistoryQuestion): Promise<Result<UsageHistory, HistoryUnreadable>> {
    if (this.#failure !== undefined) return err(this.#failure);
    return ok(aggregateUsage(question, runsOf(this.#rows.get(question.structure) ?? [])));
  }

  async records<Kind extends HistoryRecordKind>(
    question: RecordQuestion<Kind>,
  ): Promise<Result<readonly Extract<HistoryRecord, { kind: Kind }>[], HistoryUnreadable>> {
    if (this.#failure !== undefined) return err(this.#failure);
    const { kind, structure, limit, from = -Infinity, to = Infinity } = question;
    const isOfKind = (record: HistoryRecord): record is Extract<HistoryRecord, { kind: Kind }> =>
      record.kind === kind;
    const found = this.#records
      .filter(isOfKind)
      .filter((record) => {
        const subject = subjectOf(record);
        const isWanted = structure === undefined || subject.structure === structure;
        return isWanted && subject.stamp >= from && subject.stamp < to;
      })
      .reverse()
      .toSorted((a, b) => subjectOf(b).stamp - subjectOf(a).stamp);
    return ok(found.slice(0, Math.max(0, limit)));
  }

  async structures(): Promise<Result<readonly StructureName[], HistoryUnreadable>> {
    if (this.#failure !== undefined) return err(this.#failure);
    return ok([...this.#rows.keys()].toSorted());
  }

  status(): HistoryStatus {
    return {
      lostReadings: this.#lostReadings,
      lostRecords: this.#lostRecords,
      queued: 0,
      sizeMib: undefined,
      failure: this.#failure,
    };
  }

  setRetention(retention: Retention): void {
    this.retention = retention;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #takesMore(): boolean {
    return !this.#isClosed && this.#failure === undefined;
  }
}

/** A run ends where the next stamp is not later. */
function runsOf(rows: readonly Row[]): readonly UsageRun[] {
  const runs: Row[][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && row.stamp > last.stamp) run.push(row);
    else runs.push([row]);
  }
  return runs.map((run) => [
    {
      resolutionSeconds: 1,
      stamps: Float64Array.from(run, ({ stamp }) => stamp),
      columns: usageColumns((metric) => Float64Array.from(run, ({ values }) => values[metric])),
    },
  ]);
}
