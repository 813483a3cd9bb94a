import assert from "node:assert/strict";
import type { HistoryRecordKind } from "@sc/domain";
import { anyText, anyValue, fuzzTarget, spoiled } from "@sc/domain/testing";
import fc from "fast-check";
import { readRecord, rowOf } from "./record-contents.ts";

const change = {
  host: "one",
  structure: "web",
  id: "7",
  resource: "cpu",
  outcome: "applied",
  old: null,
  new: 70,
  author: { kind: "policy", name: "serverless-rules" },
  reason: { code: "usage-below-lower", text: "it uses 12 of 100" },
  at: 1,
  stamp: 1_700_000_000,
};
const event = {
  structure: "web",
  resource: "cpu",
  direction: "up",
  rule: "cpu_exceeded_upper",
  used: 95,
  threshold: 90,
  at: 1,
  stamp: 1_700_000_000,
};
const good = fc.constantFrom<Readonly<Record<string, unknown>>>(change, event, {
  request: { ...event, id: "7", amount: 10, from: 20, priority: 0, isRecommendation: false },
});
const content = fc.oneof(
  good.map((each) => JSON.stringify(each)),
  fc
    .tuple(good, fc.dictionary(fc.constantFrom(...Object.keys(change)), anyValue, { maxKeys: 2 }))
    .map(([each, more]) => JSON.stringify({ ...each, ...more })),
  spoiled(good.map((each) => JSON.stringify(each))),
  fc.json(),
  anyText,
);
const kinds = fc.constantFrom<HistoryRecordKind>("event", "request", "change");
const row = fc.record({
  kind: kinds,
  structure: fc.oneof(fc.constant("web"), anyText),
  stamp: fc.double(),
  content,
});

export const targets = [
  // A record is what was asked for or nothing; and what is one can be stored and read again.
  fuzzTarget("history-records", fc.tuple(row, kinds), ([stored, kind]) => {
    const record = readRecord(stored, kind);
    if (record === undefined) return;
    assert.equal(record.kind, kind);
    assert.deepEqual(readRecord({ ...rowOf(record), structure: "web" }, kind), record);
  }),
];
