import { storedChangeSchema, storedEventSchema, storedRequestSchema } from "@sc/contracts";
import {
  assertNever,
  type Change,
  type HistoryRecord,
  type HistoryRecordKind,
  parseStructureName,
  type ResourceEvent,
  type ScalingRequest,
  subjectOf,
} from "@sc/domain";
import { Value } from "typebox/value";
import type { RecordRow } from "./history-protocol.ts";

export function rowOf(record: HistoryRecord): RecordRow {
  const { structure, stamp } = subjectOf(record);
  return { kind: record.kind, structure, stamp, content: JSON.stringify(contentOf(record)) };
}

const contentOf = (record: HistoryRecord): object =>
  record.kind === "request" ? { request: record.request, held: record.held } : subjectOf(record);

/** The record of a row, or `undefined` when it cannot be understood. */
export function readRecord<Kind extends HistoryRecordKind>(
  row: RecordRow,
  kind: Kind,
): Extract<HistoryRecord, { kind: Kind }> | undefined {
  const record = parseStructureName(row.structure).ok ? parse(row) : undefined;
  return record !== undefined && isOfKind(record, kind) ? record : undefined;
}

const isOfKind = <Kind extends HistoryRecordKind>(
  record: HistoryRecord,
  kind: Kind,
): record is Extract<HistoryRecord, { kind: Kind }> => record.kind === kind;

/** Brands and codes are taken on trust once the shape fits: this program wrote them. */
function parse({ kind, content }: RecordRow): HistoryRecord | undefined {
  const stored = parseJson(content);
  switch (kind) {
    case "event":
      return Value.Check(storedEventSchema, stored)
        ? { kind, event: stored as ResourceEvent }
        : undefined;
    case "request":
      return Value.Check(storedRequestSchema, stored)
        ? {
            kind,
            request: stored.request as ScalingRequest,
            held: stored.held as Extract<HistoryRecord, { kind: "request" }>["held"],
          }
        : undefined;
    case "change":
      return Value.Check(storedChangeSchema, stored)
        ? { kind, change: wholeChange(stored as Change) }
        : undefined;
    default:
      return assertNever(kind);
  }
}

/** What JSON leaves out is there again, as `undefined`. */
const wholeChange = (change: Change): Change => ({
  ...change,
  old: change.old,
  new: change.new,
  sequence: change.sequence,
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
