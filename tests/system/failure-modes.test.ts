/* What the operators' table of faults promises is proven, all of it and once. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parseFailureTable, readFailureTable, steps } from "./faults/failure-table.ts";
import { wordChecks } from "./faults/promises.ts";

const testsFolder = join(import.meta.dirname, "..");
const declaration = /\bfaultRow\(\s*("([a-z0-9-]+)")?/g;

/** The ids that proofs are declared with. */
function provenRows(): readonly string[] {
  const sources = globSync("**/*.test.ts", { cwd: testsFolder, exclude: ["node_modules"] });
  return sources.flatMap((file) =>
    [...readFileSync(join(testsFolder, file), "utf8").matchAll(declaration)].map(
      ([, , id]) => id ?? "(not written out)",
    ),
  );
}

describe("the table of failure modes", () => {
  const { rows, words } = readFailureTable();

  test("has one proof for each row, and one row for each proof", () => {
    const proven = provenRows();
    assert.deepEqual(proven.toSorted(), rows.map(({ id }) => id).toSorted());
  });

  test("promises in words that it explains, and explains none that no row needs", () => {
    const used = new Set(rows.flatMap(({ expected }) => expected));
    assert.deepEqual(words.toSorted(), [...used].toSorted());
    assert.equal(new Set(words).size, words.length);
  });

  test("explains all words that proofs have checks for", () => {
    const unused = Object.keys(wordChecks).filter((word) => !words.includes(word));
    assert.deepEqual(unused, []);
  });

  test("says of each fault where it strikes, what follows, what is seen and what to do", () => {
    for (const { id, strikes, expected, codes, logLines, advice } of rows) {
      const unknown = strikes.filter((step) => !steps.some((each) => each === step));
      assert.deepEqual(unknown, [], id);
      assert.ok(expected.length > 0 && codes.length + logLines.length > 0 && advice !== "", id);
    }
  });

  test("has a fault for each step of the way from a sample to its report", () => {
    const struck = new Set(rows.flatMap(({ strikes }) => strikes));
    assert.deepEqual(
      steps.filter((step) => !struck.has(step)),
      [],
    );
  });

  test("with a row of another shape is refused", () => {
    for (const row of [
      "| `no-text` | start | `w` | `SC_X` | do |",
      "| `one` two | start | `w` |",
    ]) {
      assert.throws(() => parseFailureTable(row), /not a row of the table/);
    }
  });
});
