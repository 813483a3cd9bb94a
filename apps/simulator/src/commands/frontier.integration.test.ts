import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { FrontierRow } from "../page/frontier-row.ts";
import { runProgram } from "../program.ts";

describe("the frontier of a folder", () => {
  let folder = "";
  let pages = "";

  before(() => {
    pages = mkdtempSync(join(tmpdir(), "sc-frontier-page-"));
    folder = mkdtempSync(join(tmpdir(), "sc-frontier-"));
    const rates = Array.from({ length: 120 }, (_, second) => 150 + (second % 30));
    writeFileSync(join(folder, "rates.txt"), rates.join("\n"));
    writeFileSync(join(folder, "no-trace.txt"), "some words");
  });
  after(() => {
    for (const made of [folder, pages]) rmSync(made, { recursive: true });
  });

  async function run(...words: readonly string[]) {
    let written = "";
    let noted = "";
    const status = await runProgram(["frontier", ...words], {
      write: (text) => {
        written += text;
      },
      note: (text) => {
        noted += text;
      },
    });
    return { status, written, noted };
  }

  test("has a row for each policy and period, says what it skipped, and is the same every time", async () => {
    const html = join(pages, "page.html");
    const words = ["--traces", folder, "--policies", "burst-quota,captain", "--json"];
    const { status, written, noted } = await run(...words, "--html", html);
    assert.equal(status, 0, noted);
    const report: { rows: readonly FrontierRow[]; skipped: unknown[] } = JSON.parse(
      written.trimEnd().split("\n").at(-1) ?? "",
    );
    assert.deepEqual(
      report.rows.map(({ policy, period }) => `${policy} ${period}`),
      ["burst-quota own", "burst-quota 100ms", "captain 100ms"],
    );
    for (const row of report.rows) {
      assert.deepEqual(Object.keys(row), [
        ...["policy", "trace", "resource", "period", "utilization", "throttledRatio"],
        ...["p99BacklogMs", "p999BacklogMs", "changesPerMinute", "neighbourP99Ms", "kills"],
      ]);
      assert.equal(row.trace, "rates.txt");
      assert.ok(typeof row.utilization === "number" && row.utilization > 0.1, written);
      assert.ok(row.utilization <= 1, written);
    }
    assert.equal(report.skipped.length, 1);
    assert.match(noted, /skipped no-trace\.txt: /);
    assert.match(readFileSync(html, "utf8"), /burst-quota/);
    assert.equal((await run(...words)).written, written);
  });

  test("of nothing usable, or of a policy nobody knows, is refused", async () => {
    const empty = mkdtempSync(join(folder, "empty-"));
    assert.equal((await run("--traces", empty)).status, 2);
    const unknown = await run("--traces", folder, "--policies", "captain,kapitan");
    assert.equal(unknown.status, 2);
    assert.match(unknown.noted, /no policy "kapitan"/);
  });
});
