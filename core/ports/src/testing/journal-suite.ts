import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import {
  type ContainerId,
  kernelDefaultCpuLimit,
  parseStructureName,
  reason,
  wallSeconds,
} from "@sc/domain";
import type { Journal, JournalEntry } from "../journal.ts";

export interface JournalHarness {
  /** The journal of a process that starts now; an earlier one of the harness is dead. */
  start(): Journal;
  /** From now on nothing can be written, as on a full disk; and then again it can. */
  setFull(isFull: boolean): void;
  close(): void;
}

/** A line about a container, for tests. */
export function journalEntry(
  change: Partial<JournalEntry> & { readonly shares?: number },
): JournalEntry {
  const { shares = 50, ...rest } = change;
  const name = parseStructureName("web");
  assert.ok(name.ok);
  return {
    step: "intended",
    structure: name.value,
    id: "101" as ContainerId,
    group: { path: "/lxc.payload.web" },
    resource: "cpu",
    first: { cpu: kernelDefaultCpuLimit, memMib: null },
    old: { resource: "cpu", limit: kernelDefaultCpuLimit },
    new: {
      resource: "cpu",
      limit: { ...kernelDefaultCpuLimit, quotaShares: shares, weight: shares },
    },
    author: { kind: "policy", name: "serverless-rules" },
    reason: reason("usage-below-lower", "used 20 of 200 shares"),
    stamp: wallSeconds(1_790_000_000.5),
    ...rest,
  };
}

/** The promise of `Journal`. */
export function journalSuite(name: string, make: () => JournalHarness): void {
  describe(`${name} as journal`, () => {
    let harness: JournalHarness;
    beforeEach(() => {
      harness = make();
    });
    afterEach(() => harness.close());

    test("is empty at the first start", () => {
      assert.deepEqual(harness.start().recover(), []);
    });

    test("what one process wrote, the next one recovers, as it was", () => {
      const entry = journalEntry({ step: "applied" });
      assert.equal(harness.start().append(entry).ok, true);
      assert.deepEqual(harness.start().recover(), [entry]);
    });

    test("knows what was about to be written beside what was written last", () => {
      const journal = harness.start();
      journal.append(journalEntry({ step: "intended", shares: 80 }));
      const applied = journalEntry({ step: "applied", shares: 80 });
      journal.append(applied);
      const intended = journalEntry({ step: "intended", shares: 40 });
      journal.append(intended);
      assert.deepEqual(harness.start().recover(), [applied, intended]);
    });

    test("keeps containers apart by their identity, not by their name", () => {
      const journal = harness.start();
      journal.append(journalEntry({ step: "applied", shares: 80 }));
      journal.append(journalEntry({ step: "applied", shares: 40, id: "102" as ContainerId }));
      assert.deepEqual(
        harness
          .start()
          .recover()
          .map((entry) => entry.id),
        ["101", "102"],
      );
    });

    test("a limit that could not be read is recovered as not known", () => {
      const first = { cpu: undefined, memMib: undefined };
      harness.start().append(journalEntry({ step: "applied", first, old: undefined }));
      assert.deepEqual(harness.start().recover()[0]?.first, first);
    });

    test("forgets a container on request", () => {
      const journal = harness.start();
      const entry = journalEntry({ step: "applied" });
      journal.append(entry);
      journal.forget(entry.id);
      assert.deepEqual(journal.recover(), []);
    });

    test("on a full disk a line is refused, not half written, and later ones are taken again", () => {
      const journal = harness.start();
      journal.append(journalEntry({ step: "applied", shares: 80 }));
      harness.setFull(true);
      const refused = journal.append(journalEntry({ step: "applied", shares: 40 }));
      assert.equal(refused.ok, false);
      harness.setFull(false);
      const last = journalEntry({ step: "applied", shares: 60 });
      assert.equal(journal.append(last).ok, true);
      assert.deepEqual(harness.start().recover(), [last]);
    });
  });
}
