import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, test } from "node:test";
import { type Seen, seenOf, seenOnRoundTrip } from "./agent-group-fixture.ts";

const hierarchy = "/sys/fs/cgroup";
const path = `/sc-test-agent-${process.pid}`;
const folder = hierarchy + path;
const skip =
  process.getuid?.() === 0 && existsSync(`${hierarchy}/cgroup.controllers`)
    ? false
    : "needs root and cgroup v2";

describe("a cpu group of the agent's own on cgroup v2", { skip }, () => {
  const unit = `${folder}-unit.service`;
  /** No unit: where a server is that somebody started by hand. */
  const shell = `${folder}-shell`;
  const handedDown = `${hierarchy}/cgroup.subtree_control`;
  const isCpuHandedDown = (): boolean => readFileSync(handedDown, "utf8").includes("cpu");
  beforeEach(() => {
    for (const start of [unit, shell]) mkdirSync(start);
  });
  afterEach(() => {
    for (const left of [folder, unit, shell]) if (existsSync(left)) rmdirSync(left);
  });
  const see = (start: string): Seen => seenOf({ hierarchy, version: 2, path }, start);

  test("has top weight, and is gone afterwards with everything back where it was", () => {
    const seen = see(shell);
    assert.deepEqual(seen, seenOnRoundTrip({ path, weight: "10000", start: seen.before }));
    assert.notEqual(seen.before, path);
  });

  test("is not made out of a unit of systemd, which is told how to get the weight", () => {
    const seen = see(unit);
    assert.equal(seen.inside, unit.slice(hierarchy.length));
    assert.equal(seen.isRemoved, true);
    assert.equal(seen.warnings.length, 1);
  });

  test("is not asked for where the unit has the weight already", () => {
    writeFileSync(`${unit}/cpu.weight`, "10000", { flag: "r+" });
    assert.deepEqual(see(unit).warnings, []);
  });

  test("where no group has the cpu controller nothing is enabled or left behind, and that is said", () => {
    writeFileSync(handedDown, "-cpu", { flag: "r+" });
    try {
      const seen = see(shell);
      assert.equal(seen.inside, seen.before);
      assert.equal(seen.isRemoved, true);
      assert.equal(seen.warnings.length, 1);
      assert.equal(isCpuHandedDown(), false);
    } finally {
      writeFileSync(handedDown, "+cpu", { flag: "r+" });
    }
  });
});
