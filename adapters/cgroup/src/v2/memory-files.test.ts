import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { DescriptorPool } from "../files/descriptor-pool.ts";
import type { EndedWrite } from "../files/write-request.ts";
import { FakeKernelFiles } from "../testing/fake-kernel-files.ts";
import { FakeWriter } from "../testing/fake-writer.ts";
import { MemoryFiles } from "./memory-files.ts";

const above = "/cgroup";
const folder = `${above}/web`;
const mib = 1_048_576;

describe("the memory files of a group on v2", () => {
  let files: FakeKernelFiles;
  let writer: FakeWriter;
  let memory: MemoryFiles;
  beforeEach(() => {
    files = new FakeKernelFiles();
    writer = new FakeWriter(files, "max\n");
    files.inodes.set(folder, 7);
    set("current", 300);
    set("high", null);
    set("max", 512);
    setStat({ anon: 60, shmem: 20, inactive_file: 200, active_file: 16 });
    files.contents.set(`${folder}/memory.events`, "low 0\nhigh 5\nmax 1\noom 0\noom_kill 2\n");
    memory = newMemory();
  });

  function newMemory(): MemoryFiles {
    const pool = new DescriptorPool({ files, maxOpenFiles: 100, onFull: () => undefined });
    return new MemoryFiles(
      folder,
      { pool, isStillTheSame: () => files.inode(folder) === 7 },
      writer,
    );
  }

  function set(name: string, valueMib: number | null): void {
    const value = valueMib === null ? "max" : valueMib * mib;
    files.contents.set(`${folder}/memory.${name}`, `${value}\n`);
  }

  function setStat(valuesMib: Readonly<Record<string, number>>): void {
    const lines = Object.entries(valuesMib).map(([key, value]) => `${key} ${value * mib}\n`);
    files.contents.set(`${folder}/memory.stat`, lines.join(""));
  }

  const refusalOf = async (memMib: number | null): Promise<string> => {
    const outcome = await memory.write(memMib, 5);
    return outcome.kind === "refused" ? outcome.refusal.code : outcome.kind;
  };

  const limits = [
    { high: null, max: null, limit: null },
    { high: 100, max: null, limit: 100 },
    { high: null, max: 512, limit: 512 },
    { high: 100, max: 512, limit: 100 },
    { high: 600, max: 512, limit: 512 },
  ] as const;
  for (const { high, max, limit } of limits) {
    test(`of memory.high ${high} and memory.max ${max} the limit is ${limit}`, () => {
      set("high", high);
      set("max", max);
      assert.equal(memory.readMibLimit(), limit);
    });
  }

  test("counts kills, and how often the group was made to wait, each by its own name", () => {
    assert.equal(memory.readKills(), 2);
    assert.equal(memory.pressure.readWaits(), 5);
  });

  test("takes the kernel's own memory that it cannot give back for in use", () => {
    set("current", 130);
    setStat({ anon: 60, slab_unreclaimable: 50, kernel_stack: 10, slab_reclaimable: 9 });
    assert.equal(memory.read()?.unreclaimableMib, 130);
    set("current", 100);
    assert.equal(memory.read()?.unreclaimableMib, 120);
  });

  test("counts what was read again after reclaim in pages, and takes the swap from its own file", () => {
    assert.equal(memory.read()?.refaultedMib, undefined);
    assert.equal(memory.read()?.swappedMib, undefined);
    files.contents.set(`${folder}/memory.stat`, "anon 0\nworkingset_refault_file 512\n");
    set("swap.current", 7);
    assert.equal(memory.read()?.refaultedMib, 2);
    assert.equal(memory.read()?.swappedMib, 7);
  });

  test("only memory.high is ever written", async () => {
    for (const memMib of [200, 400, 512, 300]) {
      assert.deepEqual(await memory.write(memMib, 5), { kind: "applied", memMib });
    }
    assert.deepEqual(writer.tasks, ["high 200", "high 400", "high none", "high 300"]);
    assert.deepEqual(writer.directions, ["shrink", "growth", "growth", "shrink"]);
  });

  test("more than memory.max is refused, which is its owner's to raise", async () => {
    await memory.write(200, 5);
    assert.equal(await refusalOf(600), "hierarchy");
    assert.equal(memory.readMibLimit(), 200);
  });

  test("less than what is in use, with what waits for the disk and a margin, is refused unwritten", async () => {
    setStat({ anon: 60, shmem: 20, inactive_file: 216, file_dirty: 30, file_writeback: 10 });
    assert.equal(await refusalOf(139), "memory-in-use");
    assert.deepEqual(writer.tasks, []);
    assert.equal(await refusalOf(140), "applied");
  });

  describe("back at the first limit", () => {
    test("memory.high is what it was, not a number", async () => {
      memory.restoreEntry(512);
      await memory.write(200, 5);
      assert.deepEqual(await memory.write(512, 5), { kind: "applied", memMib: 512 });
      assert.deepEqual(writer.tasks, ["high 200", "high none"]);
    });

    test("it is the number it was, where the owner had one", async () => {
      set("high", 400);
      memory.restoreEntry(400);
      await memory.write(200, 5);
      await memory.write(400, 5);
      assert.deepEqual(writer.tasks, ["high 200", "high 400"]);
    });

    test("nothing of ours is left when the owner moved memory.max meanwhile", async () => {
      memory.restoreEntry(512);
      await memory.write(200, 5);
      set("max", 300);
      assert.deepEqual(await memory.write(512, 5), { kind: "applied", memMib: 300 });
      await memory.write(200, 5);
      set("max", 1024);
      assert.deepEqual(await memory.write(512, 5), { kind: "applied", memMib: 1024 });
    });

    test("an agent that came later knows it from the restore list", async () => {
      const entry = memory.restoreEntry(512);
      assert.ok(entry !== undefined);
      await memory.write(200, 5);
      const later = newMemory();
      assert.equal(later.limitOfEntries([entry]), 512);
      await later.write(512, 5);
      assert.deepEqual(writer.tasks, ["high 200", "high none"]);
    });
  });

  test("the restore list has memory.high as the kernel prints it", () => {
    const value = (memMib: number | null): string | undefined =>
      memory.restoreEntry(memMib)?.steps[0]?.value;
    assert.equal(value(512), "max");
    assert.equal(value(100), String(100 * mib));
    assert.equal(value(100.001), String(100 * mib));
    assert.equal(value(null), "max");
  });

  test("entries of another group or of cpu are not taken for its own", () => {
    const entry = memory.restoreEntry(100);
    assert.ok(entry !== undefined);
    const others = [
      { ...entry, inode: "8" },
      { ...entry, folder: `${above}/other` },
      { ...entry, resource: "cpu" as const },
      { ...entry, steps: [{ file: `${folder}/memory.high`, value: "lots" }] },
    ];
    for (const other of others) assert.equal(memory.limitOfEntries([other]), undefined);
    assert.equal(memory.limitOfEntries([entry]), 100);
  });

  test("without the controller there is no reading, and a refusal says who must enable it where", async () => {
    for (const path of [...files.contents.keys()]) files.contents.delete(path);
    files.contents.set(`${above}/cgroup.subtree_control`, "cpu pids\n");
    assert.equal(memory.readMibLimit(), undefined);
    assert.equal(memory.readMibCharged(), undefined);
    assert.equal(memory.restoreEntry(100), undefined);
    const outcome = await memory.write(200, 5);
    assert.ok(outcome.kind === "refused" && outcome.refusal.code === "no-controller");
    assert.match(outcome.refusal.text, /\+memory into \/cgroup\/cgroup\.subtree_control/);
  });

  test("with the controller, what cannot be read is another matter", async () => {
    files.contents.delete(`${folder}/memory.high`);
    files.contents.set(`${above}/cgroup.subtree_control`, "cpu memory\n");
    assert.equal(await refusalOf(200), "io");
  });

  test("a group that vanished is a normal answer", async () => {
    files.removeFolder(folder);
    assert.equal(memory.readKills(), undefined);
    assert.deepEqual(await memory.write(200, 5), { kind: "gone" });
  });

  test("a late write tells its outcome when it is there, and a failed one what failed", async () => {
    const { promise: ended, resolve: end } = Promise.withResolvers<EndedWrite>();
    writer.answer = () => ({ kind: "late", ended });
    const answer = await memory.write(200, 1);
    assert.ok(answer.kind === "late");
    set("high", 200);
    end({ kind: "written" });
    assert.deepEqual(await answer.ended, { kind: "applied", memMib: 200 });
    writer.answer = (task) => ({ kind: "failed", errno: "EROFS", task });
    assert.equal(await refusalOf(400), "read-only");
    writer.answer = () => ({ kind: "not-begun" });
    assert.equal(await refusalOf(400), "not-begun");
  });

  test("what another hand wrote before our write had ended is not taken for ours", async () => {
    writer.answer = () => {
      set("high", 400);
      return { kind: "written" };
    };
    assert.deepEqual(await memory.write(350, 5), { kind: "applied", memMib: 350 });
    assert.equal(memory.readMibLimit(), 400);
  });
});
