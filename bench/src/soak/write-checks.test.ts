import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Findings } from "./findings.ts";
import type { LimitWrite } from "./limit-watch.ts";
import { WriteChecks, type WrittenContainer } from "./write-checks.ts";

const bytesPerMib = 1_048_576;
const at = 100_000;

const web: WrittenContainer = {
  name: "web",
  scaled: ["cpu", "mem"],
  treatment: "scaled",
  madeAt: 0,
  mayBeWritten: () => true,
  read: () => `total_rss ${30 * bytesPerMib}\ntotal_shmem 0\ntotal_unevictable 0\n`,
};
const usual: LimitWrite<WrittenContainer> = {
  container: web,
  resource: "cpu",
  file: "cpu.cfs_quota_us",
  before: "40000",
  value: "20000",
  at,
};
const ofMemory: LimitWrite<WrittenContainer> = {
  ...usual,
  resource: "mem",
  file: "memory.limit_in_bytes",
  before: String(128 * bytesPerMib),
  value: String(46 * bytesPerMib),
};

/** The rules that a write breaks of which so many changes were told. */
function brokenBy(write: LimitWrite<WrittenContainer>, told: number): readonly string[] {
  const findings = new Findings(() => {});
  const checks = new WriteChecks({ toldBetween: () => told }, findings);
  checks.take(write);
  checks.settle(at + 10_000);
  return findings.kept.map((line) => /^[\d.]+ s {2}([a-z-]+):/.exec(line)?.[1] ?? line);
}

describe("writes as the kernel tells them", () => {
  for (const [title, write, told] of [
    ["belong to a change", usual, 1],
    ["may undo each other before anybody looks, in two changes", { ...usual, value: "40000" }, 2],
    [
      "of a container made a moment ago are not judged",
      { ...usual, container: { ...web, madeAt: at } },
      0,
    ],
    ["leave memory what is in use and some more", ofMemory, 1],
    ["may raise a memory limit that is too low", { ...ofMemory, before: "0", value: "1" }, 1],
  ] as const) {
    test(title, () => assert.deepEqual(brokenBy(write, told), []));
  }

  const observed = { ...web, scaled: [], mayBeWritten: () => false };
  for (const [invariant, write, told] of [
    ["written-and-not-told", usual, 0],
    ["written-without-change", { ...usual, value: "40000" }, 1],
    ["written-though-untouchable", { ...usual, container: observed }, 1],
    ["below-memory-in-use", { ...ofMemory, value: String(33 * bytesPerMib) }, 1],
  ] as const) {
    test(`are found where ${invariant}`, () => {
      assert.deepEqual(brokenBy(write, told), [invariant]);
    });
  }
});
