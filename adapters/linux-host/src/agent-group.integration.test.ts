import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, test } from "node:test";

const hierarchy = "/sys/fs/cgroup/cpu";
const path = `/sc-test-agent-${process.pid}`;
const folder = join(hierarchy, path);
const skip =
  process.getuid?.() === 0 && existsSync(join(hierarchy, "cpu.shares"))
    ? false
    : "needs root and the cpu controller on cgroup v1";

/**
 * Enters the group, starts a process that outlives it (as the watcher of the lease does), leaves,
 * and prints what it saw on the way: in a process of its own, as the group is the whole process's.
 */
const program = `
  import { spawn } from "node:child_process";
  import { existsSync, readFileSync } from "node:fs";
  import { AgentGroup } from "${new URL("./agent-group.ts", import.meta.url).href}";
  const [hierarchy, path] = process.argv.slice(1);
  const cpuLine = /^\\d+:(?:.*,)?cpu(?:,.*)?:(.*)$/m;
  const groupOf = (id) => cpuLine.exec(readFileSync("/proc/" + id + "/cgroup", "utf8"))?.[1];
  const warnings = [];
  const log = { info() {}, warn: (message) => warnings.push(message), error() {} };
  const before = groupOf("self");
  const group = AgentGroup.enter({ hierarchy, path, log });
  const inside = groupOf("self");
  const sharesFile = hierarchy + path + "/cpu.shares";
  const shares = existsSync(sharesFile) ? readFileSync(sharesFile, "utf8").trim() : undefined;
  const watcher = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
  const watcherInside = groupOf(watcher.pid);
  group?.leave();
  const seen = {
    before, inside, shares, watcherInside, warnings,
    after: groupOf("self"), watcherAfter: groupOf(watcher.pid),
    isRemoved: !existsSync(hierarchy + path),
  };
  watcher.kill("SIGKILL");
  process.stdout.write(JSON.stringify(seen));
`;

interface Seen {
  readonly before: string;
  readonly inside: string;
  readonly shares?: string;
  readonly watcherInside: string;
  readonly after: string;
  readonly watcherAfter: string;
  readonly isRemoved: boolean;
  readonly warnings: readonly string[];
}

function seenBy(hierarchyUsed: string): Seen {
  const words = ["--input-type=module", "--eval", program, hierarchyUsed, path];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: "utf8" }));
}

describe("a cpu group of the agent's own", { skip }, () => {
  afterEach(() => {
    if (existsSync(folder)) rmdirSync(folder);
  });

  test("has top weight, and is gone afterwards with everything back where it was", () => {
    const seen = seenBy(hierarchy);
    assert.deepEqual(seen, {
      before: seen.before,
      inside: path,
      shares: "262144",
      watcherInside: path,
      after: seen.before,
      watcherAfter: seen.before,
      isRemoved: true,
      warnings: [],
    });
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
