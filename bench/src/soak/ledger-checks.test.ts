import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Findings } from "./findings.ts";
import { LedgerChecks } from "./ledger-checks.ts";
import { Scrape } from "./scrape.ts";

interface Books {
  readonly granted: number;
  readonly grantable: number;
  readonly limits: Readonly<Record<string, number>>;
}

const fits: Books = { granted: 1, grantable: 2, limits: { web: 0.4, db: 0.6 } };

function scrapeOf({ granted, grantable, limits }: Books): Scrape {
  const lines = [
    "# HELP sc_host_cpu_granted_cores What the structures in auto hold, in cores.",
    `sc_host_cpu_granted_cores{host="one"} ${granted}`,
    `sc_host_cpu_grantable_cores{host="one"} ${grantable}`,
    'sc_structure_mode{structure="seen",resource="cpu",mode="auto"} 0',
    'sc_structure_cpu_limit_cores{structure="seen"} 7',
  ];
  for (const [name, cores] of Object.entries(limits)) {
    lines.push(`sc_structure_mode{structure="${name}",resource="cpu",mode="auto"} 1`);
    lines.push(`sc_structure_cpu_limit_cores{structure="${name}"} ${cores}`);
  }
  return new Scrape(`${lines.join("\n")}\n`);
}

function brokenBy(books: readonly Books[]): readonly string[] {
  const findings = new Findings(() => {});
  const checks = new LedgerChecks(findings);
  for (const book of books) checks.take(scrapeOf(book));
  return findings.kept.map((line) => /^[\d.]+ s {2}([a-z-]+):/.exec(line)?.[1] ?? line);
}

describe("the server's book", () => {
  const differs: Books = { ...fits, granted: 0.9 };
  const over: Books = { granted: 3, grantable: 2, limits: { web: 1.5, db: 1.5 } };
  const fuller: Books = { granted: 3.2, grantable: 2, limits: { web: 1.7, db: 1.5 } };

  test("may differ for a moment", () => {
    assert.deepEqual(brokenBy([differs, differs, fits]), []);
  });

  test("must not differ for long", () => {
    assert.deepEqual(brokenBy([differs, differs, differs]), ["ledger-differs"]);
  });

  test("may be over where it was, or where the host has less now", () => {
    assert.deepEqual(brokenBy([over, over]), []);
    assert.deepEqual(brokenBy([{ ...fuller, grantable: 4 }, fuller]), []);
  });

  test("may be over with what was taken on", () => {
    const more: Books = { granted: 4, grantable: 2, limits: { web: 1.5, db: 1.5, new: 1 } };
    assert.deepEqual(brokenBy([over, more]), []);
  });

  test("must not grow beyond what the host can grant", () => {
    assert.deepEqual(brokenBy([over, fuller]), ["oversold"]);
    const full: Books = { granted: 1.9, grantable: 2, limits: { web: 0.9, db: 1 } };
    const sold: Books = { granted: 2.1, grantable: 2, limits: { web: 1.1, db: 1 } };
    assert.deepEqual(brokenBy([full, sold]), ["oversold"]);
  });
});
