import assert from "node:assert/strict";
import { test } from "node:test";
import { figuresOf, historyOf, jsonOf, rowOf } from "./print-reports.ts";
import type { SeedReport } from "./run-seed.ts";

const good: SeedReport = {
  ...{ seed: 1, hosts: 2, failures: [], faults: { crash: 2, "message lost": 30 } },
  ...{ steps: 1500, seconds: 80, convergedSeconds: 34, digest: "0badcafe" },
  ...{ history: [], shortest: [] },
};
const bad: SeedReport = {
  ...good,
  seed: 2,
  convergedSeconds: undefined,
  failures: [
    { invariant: 4, text: "a squeeze is not in the journal", at: 12.3, host: "host-1" },
    { invariant: "converges", text: "web is held", at: 12.3, host: "host-2" },
  ],
  history: ["  12.2 s  host-1: → crash"],
  shortest: ["   0.0 s  host-1: come, name web"],
};

test("a row says what did not hold", () => {
  assert.match(rowOf(good), /^ +1 +2 +80 +32 +34 +0badcafe {2}ok$/);
  assert.match(rowOf(bad), / - {2}0badcafe {2}FAILED: 4 on host-1: a squeeze is not in/);
});

test("a failing seed tells what led there, the least that does, and how to see it again", () => {
  const text = historyOf(bad);
  assert.match(text, /--seeds 1 --first-seed 2\n/);
  assert.match(text, /12\.3 s {2}4 on host-1/);
  assert.match(text, /host-1: → crash\n.*1 events.*\n.*host-1: come, name web$/);
});

test("figures count violations, and seeds that did not come right", () => {
  const { violations, unconverged, faults } = figuresOf([good, bad]);
  assert.deepEqual([violations, unconverged, faults], [1, 1, 64]);
  const { failures, faults: kinds } = JSON.parse(jsonOf([good, bad]));
  assert.deepEqual(kinds, { crash: 4, "message lost": 60 });
  assert.deepEqual(failures[0], { seed: 2, ...bad.failures[0] });
});
