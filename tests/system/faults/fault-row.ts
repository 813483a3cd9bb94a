/*
 * A proof of one row of `docs/operating/failure-modes.md`. The proof makes the fault; what must follow
 * is taken from the row. `tests/system/failure-modes.test.ts` sees to it that each row has one.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { type FailureRow, readFailureTable } from "./failure-table.ts";
import {
  isSeen,
  isToldInLog,
  type Seen,
  type Struck,
  type WordCheck,
  wordChecks,
} from "./promises.ts";

/** What a row promises, and what of it was looked at. */
export class Expected {
  readonly row: FailureRow;
  readonly #open: Set<string>;
  #isSeen = false;

  constructor(row: FailureRow) {
    this.row = row;
    this.#open = new Set(row.expected);
  }

  /** All that the row promises and was not looked at before, in its order. */
  async holds(struck: Struck, own: Readonly<Record<string, WordCheck>> = {}): Promise<void> {
    for (const word of this.row.expected.filter((each) => this.#open.has(each))) {
      await this.meets(word, struck, own[word]);
    }
  }

  /** One promise; `check` is for those that no check of all proofs can look at. */
  async meets(word: string, struck: Struck, check?: WordCheck): Promise<void> {
    assert.ok(this.row.expected.includes(word), `the row ${this.row.id} does not say "${word}"`);
    const checks = check ?? wordChecks[word];
    assert.ok(checks, `nothing checks "${word}"`);
    await checks(struck);
    this.#open.delete(word);
  }

  /** One promise that only the proof itself can look at. */
  async proves(word: string, look: () => void | Promise<void>): Promise<void> {
    assert.ok(this.row.expected.includes(word), `the row ${this.row.id} does not say "${word}"`);
    await look();
    this.#open.delete(word);
  }

  /** Health, changes and logs say what the row says an operator sees. */
  async isSeen(struck: Seen): Promise<void> {
    const { codes, logLines } = this.row;
    for (const code of codes) await isSeen(code, struck);
    for (const text of logLines) await isToldInLog(text, struck);
    this.#isSeen = true;
  }

  wasLookedAt(): void {
    assert.deepEqual([...this.#open], [], "promises that the proof did not look at");
    assert.ok(this.#isSeen, "the proof did not look at what an operator sees");
  }
}

/** The proof of the row `id`, which is written out here so that it can be found. */
export function faultRow(
  id: string,
  prove: (expected: Expected) => Promise<void>,
  whyNot: string | false = whyNoRealGroups(),
): void {
  test(`failure mode ${id}`, { skip: whyNot }, async () => {
    const row = readFailureTable().rows.find((each) => each.id === id);
    assert.ok(row, `no row ${id} in docs/operating/failure-modes.md`);
    const expected = new Expected(row);
    await prove(expected);
    expected.wasLookedAt();
  });
}
