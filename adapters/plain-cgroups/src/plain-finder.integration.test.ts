import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as delay, setImmediate as immediate } from "node:timers/promises";
import { type FinderHarness, finderSuite } from "@sc/ports/testing";
import { PlainFinder } from "./plain-finder.ts";

const cpuMount = "/sys/fs/cgroup/cpu";
const skip =
  process.getuid?.() === 0 && existsSync(`${cpuMount}/cpu.cfs_quota_us`)
    ? false
    : "needs root and the cpu controller on cgroup v1";

/** Groups below a root of the test's own, in the kernel or in a folder that stands for it. */
function harnessIn(hierarchy: string, close: () => void): FinderHarness {
  const root = `/sc-test-plain-${process.pid}`;
  const beside = `/sc-test-foreign-${process.pid}`;
  const made = [root];
  mkdirSync(hierarchy + root);
  return {
    finder: new PlainFinder({ hierarchy, roots: [root] }),
    start: (name) => {
      mkdirSync(`${hierarchy}${root}/${name}`);
      made.push(`${root}/${name}`);
    },
    stop: (name) => rmdirSync(`${hierarchy}${root}/${name}`),
    makeForeignGroup: () => {
      mkdirSync(hierarchy + beside);
      made.push(beside);
      return beside;
    },
    watchersCalled: async () => {
      await delay(50);
      // Timers come before what the kernel told: on a busy machine it is heard only after them.
      await immediate();
    },
    close: () => {
      for (const path of made.toReversed())
        if (existsSync(hierarchy + path)) rmdirSync(hierarchy + path);
      close();
    },
  };
}

finderSuite("PlainFinder in a folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "sc-plain-"));
  return harnessIn(folder, () => rmSync(folder, { recursive: true }));
});

describe("in the kernel", { skip }, () => {
  finderSuite("PlainFinder", () => harnessIn(cpuMount, () => undefined));
});

describe("PlainFinder", () => {
  let hierarchy: string;
  beforeEach(() => {
    hierarchy = mkdtempSync(join(tmpdir(), "sc-plain-"));
    mkdirSync(join(hierarchy, "my.slice", "web"), { recursive: true });
    mkdirSync(join(hierarchy, "your.slice", "db"), { recursive: true });
  });
  afterEach(() => rmSync(hierarchy, { recursive: true }));
  const finderOf = (...roots: readonly string[]): PlainFinder =>
    new PlainFinder({ hierarchy, roots });

  test("without a root finds and owns nothing", () => {
    assert.deepEqual(finderOf().find(), { containers: [], problems: [] });
    assert.equal(finderOf().owns({ path: "/my.slice/web" }), false);
  });

  test("a root that is not there yet is a normal answer, also to those who watch", () => {
    const finder = finderOf("/later.slice", "/my.slice");
    finder.watch(() => undefined).cancel();
    const { containers, problems } = finder.find();
    assert.deepEqual(
      containers.map(({ group }) => group.path),
      ["/my.slice/web"],
    );
    assert.deepEqual(problems, []);
  });

  test("a root that cannot be listed is reported and hides no other", () => {
    writeFileSync(join(hierarchy, "file"), "");
    const { containers, problems } = finderOf("/file", "/your.slice").find();
    assert.deepEqual(
      containers.map(({ name }) => name),
      ["db"],
    );
    assert.deepEqual(
      problems.map(({ what, code }) => [what, code]),
      [["/file", "SC_FINDER_UNREADABLE"]],
    );
  });

  test("takes no file of the group for a container", () => {
    writeFileSync(join(hierarchy, "my.slice", "cgroup.procs"), "");
    assert.equal(finderOf("/my.slice").find().containers.length, 1);
  });
});
