import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, test } from "node:test";
import { type Seen, seenOf, seenOnRoundTrip } from "./agent-group-fixture.ts";

const hierarchy = "/sys/fs/cgroup/cpu";
const path = `/sc-test-agent-${process.pid}`;
const folder = join(hierarchy, path);
const skip =
  process.getuid?.() === 0 && existsSync(join(hierarchy, "cpu.shares"))
    ? false
    : "needs root and the cpu controller on cgroup v1";

const seenBy = (hierarchyUsed: string): Seen =>
  seenOf({ hierarchy: hierarchyUsed, version: 1, path });

describe("a cpu group of the agent's own", { skip }, () => {
  afterEach(() => {
    if (existsSync(folder)) rmdirSync(folder);
  });

  test("has top weight, and is gone afterwards with everything back where it was", () => {
    const seen = seenBy(hierarchy);
    assert.deepEqual(seen, seenOnRoundTrip({ path, weight: "262144", start: seen.before }));
    assert.notEqual(seen.before, path);
  });

  test("is used again when an earlier agent left it behind", () => {
    mkdirSync(folder);
    const seen = seenBy(hierarchy);
    assert.equal(seen.inside, path);
    assert.equal(seen.isRemoved, true);
  });

  test("stays behind, and that is said, when another group was made in it", () => {
    mkdirSync(join(folder, "below"), { recursive: true });
    try {
      const seen = seenBy(hierarchy);
      assert.equal(seen.after, seen.before);
      assert.equal(seen.isRemoved, false);
      assert.equal(seen.warnings.length, 1);
      assert.equal(readFileSync(join(folder, "cgroup.procs"), "utf8"), "");
    } finally {
      rmdirSync(join(folder, "below"));
    }
  });

  test("where there can be none the agent goes on where it is, and says so", () => {
    const seen = seenBy("/proc/none");
    assert.equal(seen.inside, seen.before);
    assert.equal(seen.warnings.length, 1);
  });
});
