import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { runProgram } from "../program.ts";

const folder = mkdtempSync(join(tmpdir(), "sc-reproduce-"));
after(() => rmSync(folder, { recursive: true }));

/** Half an hour of 250 requests a second, and of 100 with a minute of 300 now and then. */
const steady = Array.from({ length: 1800 }, () => 250);
const bursts = Array.from({ length: 1800 }, (_, second) => (second % 600 < 60 ? 300 : 100));

function folderWith(files: Readonly<Record<string, readonly number[]>>): string {
  const made = mkdtempSync(join(folder, "traces-"));
  mkdirSync(join(made, "below"));
  for (const [name, rates] of Object.entries(files))
    writeFileSync(join(made, name), `${rates.join("\n")}\n`);
  return made;
}

async function reproduce(...words: readonly string[]) {
  let written = "";
  let noted = "";
  const status = await runProgram(["reproduce", ...words], {
    write: (text) => {
      written += text;
    },
    note: (text) => {
      noted += text;
    },
  });
  return { status, written, noted };
}

interface Row {
  readonly policy: string;
  readonly trace: string;
  readonly utilization: number;
  readonly publishedUtilization: number;
  readonly throttledRatio: number;
  readonly publishedThrottledRatio: number;
}

function rowsOf(written: string): readonly Row[] {
  const { rows } = JSON.parse(written);
  return rows;
}

describe("simulate reproduce", () => {
  test("says where our figures on other rates are off the published ones, and ends with 1", async () => {
    const traces = folderWith({ "below/autothrottle-diurnal.txt": steady });
    const { status, written, noted } = await reproduce("--traces", traces, "--seeds", "1");
    assert.equal(status, 1);
    assert.match(noted, /^k8s-cpu on autothrottle-diurnal.txt is more than 0.02 off/m);
    assert.match(written, /^autothrottle-diurnal.txt\n +ours +published/);
    assert.match(written, /^captain-0.06 +0\.\d{3} +\d+\.\d % +\d+ ms +0\.641 +3\.4 % +13 ms/m);
  });

  test("prints the same object for the same seeds, with a row for each policy and trace", async () => {
    const traces = folderWith({
      "autothrottle-diurnal.txt": steady,
      "autothrottle-bursty.txt": bursts,
    });
    const words = ["--traces", traces, "--seeds", "2", "--first-seed", "7", "--json"];
    const first = await reproduce(...words);
    assert.deepEqual(await reproduce(...words), first);
    const rows = rowsOf(first.written);
    assert.equal(rows.length, 22);
    const twice = rows.filter(({ policy }) => policy === "static-2x-mean");
    // The first 5 min are left out, so the mean of bursts is another.
    assert.deepEqual(
      twice.map(({ trace, utilization }) => [trace, utilization.toFixed(1)]),
      [
        ["autothrottle-diurnal.txt", "0.5"],
        ["autothrottle-bursty.txt", "0.5"],
      ],
    );
  });

  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["no folder", [], /--traces DIR is missing/],
    ["a folder without the traces", ["--traces", folderWith({})], /neither autothrottle-diurnal/],
    ["no seeds", ["--traces", folder, "--seeds", "0"], /--seeds is a whole number from 1 to 1000/],
  ];
  for (const [what, words, expected] of refused) {
    test(`refuses ${what}`, async () => {
      const { status, noted } = await reproduce(...words);
      assert.equal(status, 2);
      assert.match(noted, expected);
    });
  }

  const published = "../shared/traces";
  test("gets the published figures on the published traces", {
    skip: existsSync(published) ? false : `${published} is not there`,
  }, async () => {
    const { status, written, noted } = await reproduce("--traces", published, "--json");
    assert.deepEqual([status, noted], [0, ""]);
    for (const row of rowsOf(written)) {
      const off = Math.abs(row.utilization - row.publishedUtilization);
      assert.ok(off <= 0.02, `${row.policy} on ${row.trace}: ${off}`);
      const throttledOff = Math.abs(row.throttledRatio - row.publishedThrottledRatio);
      assert.ok(throttledOff <= 0.03, `${row.policy} on ${row.trace}: ${throttledOff}`);
    }
  });
});
