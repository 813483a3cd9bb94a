import assert from "node:assert/strict";
import { anyText, anyValue, fuzzTarget, spoiled } from "@sc/domain/testing";
import { journalEntry } from "@sc/ports/testing";
import fc from "fast-check";
import { formatLine, parseLine } from "./journal-line.ts";

const line = formatLine(journalEntry({ step: "applied" }), "this-boot");
const parsed: Readonly<Record<string, unknown>> = JSON.parse(line);
const changed = fc
  .tuple(fc.constantFrom(...Object.keys(parsed)), anyValue)
  .map(([key, value]) => JSON.stringify({ ...parsed, [key]: value }));
const garbage = fc.oneof(anyText, fc.json(), spoiled(fc.constant(line)), changed);

export const targets = [
  // What is taken for a line can be written again, and is the same when it is read again.
  fuzzTarget("journal-lines", garbage, (text) => {
    const read = parseLine(text);
    if (read === undefined) return;
    const again = parseLine(formatLine(read.entry, read.bootId));
    assert.deepEqual(again, read);
  }),
];
