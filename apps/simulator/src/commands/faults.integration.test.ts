import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runProgram } from "../program.ts";

async function faults(...words: readonly string[]) {
  let written = "";
  let noted = "";
  const status = await runProgram(["faults", ...words], {
    write: (text) => {
      written += text;
    },
    note: (text) => {
      noted += text;
    },
  });
  return { status, written, noted, lines: written.trimEnd().split("\n") };
}

describe("simulate -- faults", () => {
  test("runs every seed, tells a row of each, and ends with the figures", async () => {
    const { status, lines } = await faults(
      "--seeds",
      "3",
      "--first-seed",
      "7",
      "--check",
      "--json",
    );
    assert.equal(status, 0);
    assert.deepEqual(
      lines.slice(1, 4).map((line) => line.trim().split(/ +/)[0]),
      ["7", "8", "9"],
    );
    const { bench, figures, faults: kinds, failures } = JSON.parse(lines.at(-1) ?? "");
    assert.deepEqual([bench, figures.seeds, figures.violations], ["faults", 3, 0]);
    assert.deepEqual([figures.unconverged, failures], [0, []]);
    assert.ok(figures.steps > 1000 && figures.faults > 100 && kinds["message lost"] > 0);
  });

  test("replays a seed exactly", async () => {
    const once = await faults("--seeds", "1", "--first-seed", "7");
    assert.deepEqual(await faults("--seeds", "1", "--first-seed", "7"), once);
  });

  test("finds a fault that is planted on purpose, and tells by which seed", async () => {
    const { status, written } = await faults("--canary", "the-restore-list-lacks-a-squeeze");
    assert.equal(status, 0);
    assert.match(written, /^the-restore-list-lacks-a-squeeze +seed \d+\n$/);
  });

  test("refuses a canary it does not have, and names those it has", async () => {
    const { status, noted } = await faults("--canary", "none");
    assert.equal(status, 2);
    assert.match(noted, /there is no canary "none"; there are .*a-hold-never-ends/);
  });
});
