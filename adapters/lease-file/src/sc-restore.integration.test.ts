import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import {
  cannotUseCgroups,
  entryFor,
  RestoreFixture,
  read,
  scriptPath,
  thisBoot,
} from "./restore-fixture.ts";

let fixture: RestoreFixture;
beforeEach(() => {
  fixture = new RestoreFixture();
});
afterEach(() => fixture.close());

/** A squeezed container's folder, and the entry that puts 50000 back. */
function squeezed(name: string) {
  const folder = fixture.makeFolder(name, { quota: "20000", shares: "205" });
  const entry = entryFor(folder, [
    ["quota", "50000"],
    ["shares", "1024"],
  ]);
  return { folder, entry };
}

describe("sc-restore on a run folder", () => {
  test("puts every value back, also where paths hold spaces, and counts", () => {
    const web = squeezed("web");
    const db = squeezed("a folder/with spaces");
    fixture.writeList([web.entry, db.entry]);
    const { status, said } = fixture.restore();
    assert.equal(status, 0);
    for (const { folder } of [web, db]) {
      assert.equal(read(folder, "quota"), "50000");
      assert.equal(read(folder, "shares"), "1024");
      assert.equal(said.includes(`put back ${folder}\n`), true);
    }
    assert.match(said, /: 2 put back, 0 as they were, 0 skipped, 0 failed, 0 bad lines\n$/);
  });

  test("does not write a value that is there already", () => {
    const { folder, entry } = squeezed("web");
    fixture.writeList([entry]);
    fixture.restore();
    const before = statSync(join(folder, "quota"), { bigint: true }).mtimeNs;
    const { said } = fixture.restore();
    assert.equal(statSync(join(folder, "quota"), { bigint: true }).mtimeNs, before);
    assert.match(said, /: 0 put back, 1 as they were/);
  });

  test("does not write a step on the way when the end of the way is there already", () => {
    const folder = fixture.makeFolder("web", { quota: "50000", period: "100000" });
    const entry = entryFor(folder, [
      ["quota", "-1"],
      ["period", "100000"],
      ["quota", "50000"],
    ]);
    fixture.writeList([entry]);
    const before = statSync(join(folder, "quota"), { bigint: true }).mtimeNs;
    fixture.restore();
    assert.equal(statSync(join(folder, "quota"), { bigint: true }).mtimeNs, before);
  });

  test("ends waiting at a memory limit, and knows where it has ended", () => {
    const folder = fixture.makeFolder("web", {
      limit: "100",
      "memory.oom_control": "oom_kill_disable 1\nunder_oom 1",
    });
    const entry = entryFor(folder, [
      ["limit", "200"],
      ["memory.oom_control", "0"],
    ]);
    fixture.writeList([entry]);
    assert.match(fixture.restore().said, /: 1 put back, 0 as they were/);
    assert.equal(read(folder, "memory.oom_control"), "0");
    writeFileSync(join(folder, "memory.oom_control"), "oom_kill_disable 0\nunder_oom 0\n");
    assert.match(fixture.restore().said, /: 0 put back, 1 as they were/);
  });

  test("with --dry-run says what it would write and writes nothing", () => {
    const { folder, entry } = squeezed("web");
    fixture.writeList([entry]);
    const { status, said } = fixture.restore("--dry-run");
    assert.equal(status, 0);
    assert.equal(read(folder, "quota"), "20000");
    assert.equal(said.includes(`would write 50000 to ${folder}/quota\n`), true);
  });

  test("leaves limits after a stop with keep, unless it is forced", () => {
    const { folder, entry } = squeezed("web");
    fixture.writeList([entry]);
    fixture.write("keep", "");
    assert.equal(fixture.restore().status, 0);
    assert.equal(read(folder, "quota"), "20000");
    assert.equal(fixture.restore("--force").status, 0);
    assert.equal(read(folder, "quota"), "50000");
  });

  test("nothing to restore is no fault", () => {
    const { status, said } = fixture.restore();
    assert.equal(status, 0);
    assert.match(said, /: 0 put back/);
  });

  test("fails and says so when a file cannot be written, and puts the rest back", () => {
    const broken = squeezed("broken");
    const web = squeezed("web");
    rmSync(join(broken.folder, "quota"));
    fixture.writeList([broken.entry, web.entry]);
    const { status, said } = fixture.restore();
    assert.equal(status, 1);
    assert.equal(read(web.folder, "quota"), "50000");
    assert.equal(read(broken.folder, "shares"), "1024");
    assert.equal(said.includes(`could not write 50000 to ${broken.folder}/quota`), true);
    assert.match(said, /1 failed/);
  });

  test("wrong usage is exit status 2 and tells how", () => {
    for (const words of [["--what"], ["--watch"], ["--run-folder"], ["--lease-seconds", "x"]]) {
      const { status, complained } = fixture.restore(...words);
      assert.equal(status, 2, words.join(" "));
      assert.match(complained, /usage: sc-restore/);
    }
  });

  test("keeps to what shells agree on", (context) => {
    assert.equal(spawnSync("dash", ["-n", scriptPath]).status, 0);
    const checked = spawnSync("shellcheck", [scriptPath], { encoding: "utf8" });
    if (checked.error !== undefined) return context.skip("needs shellcheck: npm run setup:debian");
    assert.equal(checked.stdout, "");
  });
});

describe("sc-restore and what must not be restored", () => {
  test("a list of another boot", () => {
    const { folder, entry } = squeezed("web");
    fixture.writeList([entry], "11111111-2222-3333-4444-555555555555");
    const { status, said } = fixture.restore();
    assert.equal(status, 0);
    assert.equal(read(folder, "quota"), "20000");
    assert.match(said, /skipped .*another boot/);
  });

  test("a group that is gone, and one with another inode; their neighbours are", () => {
    const gone = squeezed("gone");
    const remade = squeezed("remade");
    const web = squeezed("web");
    fixture.writeList([gone.entry, remade.entry, web.entry]);
    rmSync(gone.folder, { recursive: true });
    // The old folder stays, so that the new one cannot be given its inode.
    renameSync(remade.folder, `${remade.folder}-old`);
    squeezed("remade");
    const { status, said } = fixture.restore();
    assert.equal(status, 0);
    assert.equal(read(remade.folder, "quota"), "20000");
    assert.equal(read(`${remade.folder}-old`, "quota"), "20000");
    assert.equal(read(web.folder, "quota"), "50000");
    assert.equal(said.includes(`skipped ${gone.folder}: it is gone`), true);
    assert.equal(said.includes(`skipped ${remade.folder}: it is another group`), true);
  });

  test("files outside the group's folder, reached by whatever path", () => {
    const { folder, entry } = squeezed("web");
    const outside = fixture.makeFolder("outside", { quota: "20000" });
    symlinkSync(join(outside, "quota"), join(folder, "link"));
    const group = `group ${entry.inode} ${folder}\n`;
    const steps = [`${outside}/quota`, `${folder}/../outside/quota`, `${folder}/link`]
      .map((file) => `set ${file}\t50000\n`)
      .join("");
    fixture.write(
      "restore-list",
      `serverless-containers restore list 1\nboot ${thisBoot}\n${group}${steps}`,
    );
    assert.equal(fixture.restore().status, 1);
    assert.equal(read(outside, "quota"), "20000");
  });

  for (const mode of [0o777, 0o1777, 0o775]) {
    test(`a list in a folder of mode ${mode.toString(8)}, in which others may write`, () => {
      const { folder, entry } = squeezed("web");
      fixture.writeList([entry]);
      chmodSync(fixture.runFolder, mode);
      const { status, said } = fixture.restore();
      assert.equal(status, 1);
      assert.match(said, /can be changed by other users/);
      assert.equal(read(folder, "quota"), "20000");
    });
  }

  test("a list in another user's folder", { skip: cannotUseCgroups }, () => {
    const { folder, entry } = squeezed("web");
    fixture.writeList([entry]);
    chownSync(fixture.runFolder, 65_534, 65_534);
    assert.equal(fixture.restore().status, 1);
    assert.equal(read(folder, "quota"), "20000");
  });

  test("garbage: the good lines are used, the bad ones are told and never printed", () => {
    const { folder, entry } = squeezed("web");
    const other = squeezed("other");
    fixture.writeList([entry]);
    const good = read(fixture.runFolder, "restore-list");
    fixture.write(
      "restore-list",
      `${good}\n\u001b[31mgarbage\nset nonsense\ngroup x /etc\nset /etc/passwd\t1\n` +
        `group ${other.entry.inode} ${other.folder}\nset ${other.folder}/quota\t500`,
    );
    const { status, said } = fixture.restore();
    assert.equal(status, 1);
    assert.equal(read(folder, "quota"), "50000");
    assert.equal(read(other.folder, "quota"), "20000", "a line cut off may be half a number");
    assert.equal(said.includes("garbage"), false);
    assert.match(said, /ignored line 6\n/);
    assert.match(said, /ignored the last line/);
  });

  test("random bytes", () => {
    writeFileSync(
      join(fixture.runFolder, "restore-list"),
      Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * 7919) % 251)),
    );
    assert.equal(fixture.restore().status, 1);
  });
});

describe("sc-restore on the kernel's cpu groups", { skip: cannotUseCgroups }, () => {
  const burst = "cpu.cfs_burst_us";
  const quota = "cpu.cfs_quota_us";
  const period = "cpu.cfs_period_us";
  const firstLimit = (quotaUs: string) =>
    [
      [burst, "0"],
      [quota, "-1"],
      [period, "100000"],
      [quota, quotaUs],
      ["cpu.shares", "1024"],
    ] as const;

  function set(folder: string, file: string, value: string): void {
    writeFileSync(join(folder, file), value);
  }

  test("a group squeezed with burst and a long period gets its first limit back", () => {
    const group = fixture.makeGroup("web");
    for (const [file, value] of [
      [period, "1000000"],
      [quota, "200000"],
      [burst, "200000"],
      ["cpu.shares", "205"],
    ] as const)
      set(group, file, value);
    fixture.writeList([entryFor(group, firstLimit("50000"))]);
    assert.equal(fixture.restore().status, 0);
    const values = [burst, quota, period, "cpu.shares"].map((file) => read(group, file));
    assert.deepEqual(values, ["0", "50000", "100000", "1024"]);
  });

  test("nested groups are raised from the top, however the list is ordered", () => {
    const parent = fixture.makeGroup("outer");
    const child = fixture.makeGroup("outer/middle");
    const grandchild = fixture.makeGroup("outer/middle/inner");
    for (const group of [parent, child, grandchild]) set(group, quota, "10000");
    fixture.writeList([
      entryFor(grandchild, [[quota, "60000"]]),
      entryFor(child, [[quota, "70000"]]),
      entryFor(parent, [[quota, "80000"]]),
    ]);
    assert.equal(fixture.restore().status, 0);
    const values = [parent, child, grandchild].map((group) => read(group, quota));
    assert.deepEqual(values, ["80000", "70000", "60000"]);
  });

  test("nested groups that had grown are lowered from the bottom", () => {
    const parent = fixture.makeGroup("outer");
    const child = fixture.makeGroup("outer/inner");
    set(parent, quota, "90000");
    set(child, quota, "80000");
    fixture.writeList([entryFor(parent, [[quota, "50000"]]), entryFor(child, [[quota, "40000"]])]);
    assert.equal(fixture.restore().status, 0);
    assert.deepEqual([read(parent, quota), read(child, quota)], ["50000", "40000"]);
  });

  test("what the kernel refuses is a failure with its file and value", () => {
    const parent = fixture.makeGroup("outer");
    const child = fixture.makeGroup("outer/inner");
    set(parent, quota, "20000");
    set(child, quota, "10000");
    fixture.writeList([entryFor(child, [[quota, "50000"]])]);
    const { status, said } = fixture.restore();
    assert.equal(status, 1);
    const refusal = `could not write 50000 to ${child}/${quota}, which holds 10000`;
    assert.equal(said.includes(refusal), true);
    set(parent, quota, "-1");
  });

  test("a group made anew under the old name keeps its own limit", () => {
    const group = fixture.makeGroup("web");
    const entry = entryFor(group, [[quota, "50000"]]);
    const another = String(Number(entry.inode) + 1_000_000);
    set(group, quota, "20000");
    fixture.writeList([{ ...entry, inode: another }]);
    assert.equal(fixture.restore().status, 0);
    assert.equal(read(group, quota), "20000");
  });
});
