import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { DescriptorPool } from "../files/descriptor-pool.ts";
import type { EndedWrite } from "../files/write-request.ts";
import { FakeKernelFiles } from "../testing/fake-kernel-files.ts";
import { FakeWriter } from "../testing/fake-writer.ts";
import { MemoryFiles } from "./memory-files.ts";

const folder = "/memory/web";
const mib = 1_048_576;
const noLimit = "9223372036854771712\n";

describe("the memory files of a group", () => {
  let files: FakeKernelFiles;
  let writer: FakeWriter;
  let memory: MemoryFiles;
  beforeEach(() => {
    files = new FakeKernelFiles();
    writer = new FakeWriter(files, noLimit);
    files.inodes.set(folder, 7);
    set("usage_in_bytes", 300);
    set("limit_in_bytes", 512);
    setStat({ total_rss: 60, total_shmem: 20, total_unevictable: 0 });
    const pool = new DescriptorPool({ files, maxOpenFiles: 100, onFull: () => undefined });
    const isStillTheSame = (): boolean => files.inode(folder) === 7;
    memory = new MemoryFiles(folder, { pool, isStillTheSame }, writer);
  });

  function set(name: string, valueMib: number | null): void {
    const value = valueMib === null ? noLimit : `${valueMib * mib}\n`;
    files.contents.set(`${folder}/memory.${name}`, value);
  }

  function setStat(valuesMib: Readonly<Record<string, number>>): void {
    const cacheMib = { total_inactive_file: 200, total_active_file: 16 };
    const lines = Object.entries({ ...cacheMib, ...valuesMib }).map(
      ([key, value]) => `${key} ${value * mib}\n`,
    );
    files.contents.set(`${folder}/memory.stat`, `cache ${900 * mib}\nrss 1\n${lines.join("")}`);
  }

  test("knows a limit that landed without its bound of swap as applied, and keeps the room", async () => {
    set("memsw.limit_in_bytes", 768);
    writer.answer = ({ file }) =>
      file.includes("memsw")
        ? { kind: "failed", errno: "EBUSY", task: { file, value: "" } }
        : undefined;
    assert.deepEqual(await memory.write(400, 5), { kind: "applied", memMib: 400 });
    writer.answer = () => undefined;
    writer.tasks.length = 0;
    await memory.write(512, 5);
    assert.deepEqual(writer.tasks, ["memsw.limit_in_bytes 768", "limit_in_bytes 512"]);
  });

  test("knows a growth whose bound of swap was refused as refused", async () => {
    set("memsw.limit_in_bytes", 768);
    writer.answer = ({ file }) => ({ kind: "failed", errno: "EINVAL", task: { file, value: "" } });
    assert.equal((await memory.write(600, 5)).kind, "refused");
  });

  test("reads MiB, and the kernel's largest number as no limit", () => {
    assert.equal(memory.readMibCharged(), 300);
    assert.equal(memory.readMibLimit(), 512);
    set("limit_in_bytes", null);
    assert.equal(memory.readMibLimit(), null);
  });

  test("takes for in use what the statistics say is, or what is charged beyond the cache", () => {
    const unreclaimable = () => memory.read()?.unreclaimableMib;
    assert.deepEqual(memory.read(), {
      chargedMib: 300,
      cachedMib: 216,
      dirtyMib: 0,
      unreclaimableMib: 84,
      refaultedMib: undefined,
      swappedMib: undefined,
    });
    // Memory that was taken since the statistics were made is charged already.
    set("usage_in_bytes", 400);
    assert.equal(unreclaimable(), 184);
    // A cache that was dropped since hides none of what they say is in use.
    set("usage_in_bytes", 250);
    assert.equal(unreclaimable(), 80);
  });

  test("counts what was read again after reclaim in pages, and what is swapped in bytes", () => {
    const append = (line: string): void => {
      const stat = `${folder}/memory.stat`;
      files.contents.set(stat, `${files.contents.get(stat)}${line}\n`);
    };
    append("total_pgmajfault 256");
    append(`total_swap ${7 * mib}`);
    assert.equal(memory.read()?.refaultedMib, 1);
    assert.equal(memory.read()?.swappedMib, 7);
    append("total_workingset_refault_file 512");
    assert.equal(memory.read()?.refaultedMib, 2);
  });

  test("has no reading where a file has none, and none is not zero", () => {
    files.contents.delete(`${folder}/memory.usage_in_bytes`);
    assert.equal(memory.read(), undefined);
    set("usage_in_bytes", 300);
    files.contents.delete(`${folder}/memory.stat`);
    assert.equal(memory.read(), undefined);
  });

  test("counts the processes the kernel ended", () => {
    assert.equal(memory.readKills(), undefined);
    const text = "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n";
    files.contents.set(`${folder}/memory.oom_control`, text);
    assert.equal(memory.readKills(), 3);
  });

  test("writes nothing when the limit is there already, to the page", async () => {
    assert.deepEqual(await memory.write(512.001, 1), { kind: "unchanged", memMib: 512.001 });
    assert.deepEqual(writer.tasks, []);
  });

  test("a shrink to what is in use and a margin of an eighth of it is written", async () => {
    assert.deepEqual(await memory.write(95, 1), { kind: "applied", memMib: 95 });
  });

  test("a shrink below that is refused before anything is written", async () => {
    const outcome = await memory.write(94, 1);
    assert.ok(outcome.kind === "refused" && outcome.refusal.code === "memory-in-use");
    assert.deepEqual(writer.tasks, []);
  });

  test("a limit where there was none is a shrink: what is in use is looked at", async () => {
    set("limit_in_bytes", null);
    const outcome = await memory.write(94, 1);
    assert.ok(outcome.kind === "refused" && outcome.refusal.code === "memory-in-use");
  });

  test("page cache does not keep a limit from being lowered", async () => {
    setStat({ total_active_file: 86, total_rss: 10, total_shmem: 0, total_unevictable: 0 });
    assert.equal((await memory.write(64, 1)).kind, "applied");
  });

  test("page cache that is not on the disk yet keeps a limit up, as the kernel would refuse it", async () => {
    setStat({ total_rss: 60, total_shmem: 20, total_unevictable: 0, total_dirty: 90 });
    const outcome = await memory.write(180, 1);
    assert.equal(outcome.kind === "refused" ? outcome.refusal.code : outcome.kind, "memory-in-use");
    setStat({ total_rss: 60, total_shmem: 20, total_unevictable: 0, total_writeback: 90 });
    assert.equal((await memory.write(180, 1)).kind, "refused");
    setStat({ total_rss: 60, total_shmem: 20, total_unevictable: 0 });
    assert.equal((await memory.write(180, 1)).kind, "applied");
    assert.deepEqual(writer.tasks, ["limit_in_bytes 180"]);
  });

  test("growing does not ask what is in use", async () => {
    setStat({ total_rss: 5000 });
    assert.deepEqual(await memory.write(600, 1), { kind: "applied", memMib: 600 });
  });

  const swapCases = [
    {
      title: "growing raises memory with swap first and keeps the owner's room for swap",
      limits: [512, 1024],
      wanted: 600,
      tasks: ["memsw.limit_in_bytes 1112", "limit_in_bytes 600"],
    },
    {
      title: "shrinking lowers memory with swap last and keeps the owner's room for swap",
      limits: [512, 1024],
      wanted: 200,
      tasks: ["limit_in_bytes 200", "memsw.limit_in_bytes 712"],
    },
    {
      title: "taking the limit away takes the one with swap away first",
      limits: [512, 1024],
      wanted: null,
      tasks: ["memsw.limit_in_bytes none", "limit_in_bytes none"],
    },
    {
      title: "no limit on memory with swap is left as it is",
      limits: [512, null],
      wanted: 600,
      tasks: ["limit_in_bytes 600"],
    },
  ] as const;
  for (const { title, limits, wanted, tasks } of swapCases) {
    test(title, async () => {
      set("limit_in_bytes", limits[0]);
      set("memsw.limit_in_bytes", limits[1]);
      assert.equal((await memory.write(wanted, 1)).kind, "applied");
      assert.deepEqual(writer.tasks, tasks);
    });
  }

  test("what puts the first limit back raises memory with swap first: it follows a squeeze", () => {
    set("limit_in_bytes", 512);
    set("memsw.limit_in_bytes", 1024);
    const entry = memory.restoreEntry(512);
    assert.equal(entry?.inode, "7");
    assert.deepEqual(entry?.steps, [
      { file: `${folder}/memory.memsw.limit_in_bytes`, value: String(1024 * mib) },
      { file: `${folder}/memory.limit_in_bytes`, value: String(512 * mib) },
    ]);
  });

  test("what puts no limit back says so as the kernel does, and is read back as none", () => {
    set("limit_in_bytes", null);
    const entry = memory.restoreEntry(null);
    assert.deepEqual(entry?.steps, [
      { file: `${folder}/memory.limit_in_bytes`, value: noLimit.trim() },
    ]);
    assert.equal(memory.limitOfEntries(entry === undefined ? [] : [entry]), null);
  });

  test("entries of another group of the same name say nothing of this one", () => {
    const entry = memory.restoreEntry(256);
    files.inodes.set(folder, 8);
    assert.equal(memory.limitOfEntries(entry === undefined ? [] : [entry]), undefined);
  });

  test("the kernel's refusal in the worker is the outcome", async () => {
    writer.answer = (task) => ({ kind: "failed", errno: "EBUSY", task });
    const outcome = await memory.write(200, 1);
    assert.ok(outcome.kind === "refused" && outcome.refusal.code === "busy");
  });

  test("a write that is not done at the deadline is late, and tells its outcome when it is", async () => {
    const { promise: ended, resolve: end } = Promise.withResolvers<EndedWrite>();
    writer.answer = () => ({ kind: "late", ended });
    const answer = await memory.write(200, 1);
    assert.ok(answer.kind === "late");
    set("limit_in_bytes", 200);
    end({ kind: "written" });
    assert.deepEqual(await answer.ended, { kind: "applied", memMib: 200 });
  });

  test("a write that was never begun is no refusal of the kernel's", async () => {
    writer.answer = () => ({ kind: "not-begun" });
    assert.deepEqual(await memory.write(200, 1), { kind: "not-begun" });
  });

  test("what grows is told from what shrinks, also to and from no limit", async () => {
    for (const memMib of [600, 500, null, 400]) await memory.write(memMib, 1);
    assert.deepEqual(writer.directions, ["growth", "shrink", "growth", "shrink"]);
  });

  test("a group that is removed while the worker writes is gone", async () => {
    writer.answer = (task) => {
      files.removeFolder(folder);
      return { kind: "failed", errno: "ENOENT", task };
    };
    assert.deepEqual(await memory.write(200, 1), { kind: "gone" });
  });

  test("a group that is gone already is not written", async () => {
    files.removeFolder(folder);
    assert.deepEqual(await memory.write(200, 1), { kind: "gone" });
    assert.deepEqual(writer.tasks, []);
  });

  test("a group made anew under the same name is not written through the old one", async () => {
    memory.readMibLimit();
    files.inodes.set(folder, 8);
    assert.deepEqual(await memory.write(200, 1), { kind: "gone" });
    assert.deepEqual(writer.tasks, []);
  });

  test("nothing is lowered while what is in use cannot be read", async () => {
    files.contents.delete(`${folder}/memory.stat`);
    const outcome = await memory.write(200, 1);
    assert.ok(outcome.kind === "refused" && outcome.refusal.code === "io");
    assert.deepEqual(writer.tasks, []);
  });

  test("what another hand wrote before our write had ended is not taken for ours", async () => {
    writer.answer = () => {
      set("limit_in_bytes", 400);
      return { kind: "written" };
    };
    assert.deepEqual(await memory.write(350, 5), { kind: "applied", memMib: 350 });
    assert.equal(memory.readMibLimit(), 400);
  });
});
