import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { FakeKernelFiles } from "../testing/fake-kernel-files.ts";
import { CpusetFiles, cpusetFormatV1, cpusetFormatV2 } from "./cpuset-files.ts";
import { DescriptorPool } from "./descriptor-pool.ts";

const folder = "/cgroup/web";
const file = `${folder}/cpuset.cpus`;

describe("the cpuset of a group", () => {
  let files: FakeKernelFiles;
  beforeEach(() => {
    files = new FakeKernelFiles();
    files.inodes.set(folder, 7);
    files.contents.set(file, "\n");
    files.contents.set(`${folder}/cpuset.cpus.effective`, "0-3\n");
    files.contents.set(`${folder}/cpuset.effective_cpus`, "0-3\n");
  });

  function open(version: 1 | 2): CpusetFiles {
    const pool = new DescriptorPool({ files, maxOpenFiles: 100, onFull: () => undefined });
    const owner = { pool, isStillTheSame: () => files.inode(folder) === 7 };
    const format = version === 1 ? cpusetFormatV1 : cpusetFormatV2;
    return new CpusetFiles(folder, { owner, format, refusal: () => undefined });
  }

  test("of v2 is that of the group above until it has one, and can be so again", () => {
    const cpuset = open(2);
    assert.deepEqual([cpuset.read(), cpuset.readEffective()], [[], [0, 1, 2, 3]]);
    assert.deepEqual(cpuset.write([2, 0, 1]), { ok: true, value: "applied" });
    assert.deepEqual(cpuset.read(), [0, 1, 2]);
    assert.deepEqual(cpuset.write([]), { ok: true, value: "applied" });
    assert.deepEqual(cpuset.read(), []);
    assert.equal(files.openCount, 0);
  });

  test("of v2 that has none of its own is put back as the cores it ran on", () => {
    const cpuset = open(2);
    const entry = cpuset.restoreEntry([]);
    assert.deepEqual(entry?.steps, [{ file, value: "0-3" }]);
    assert.deepEqual([entry?.resource, entry?.folder, entry?.inode], ["cores", folder, "7"]);
  });

  test("of v1 says nothing before somebody gave it cores, and is never left without any", () => {
    const cpuset = open(1);
    assert.equal(cpuset.read(), undefined);
    cpuset.write([1]);
    assert.deepEqual(cpuset.read(), [1]);
    assert.equal(cpuset.write([]).ok, false);
    assert.deepEqual(cpuset.read(), [1]);
  });

  const refusals = [
    { errno: "EACCES", code: "not-permitted", why: "the group above has not those cores" },
    { errno: "EBUSY", code: "busy", why: "a group below still uses another" },
    { errno: "ERANGE", code: "out-of-range", why: "the machine has no such core" },
  ] as const;
  for (const { errno, code, why } of refusals) {
    test(`tells that the kernel refused: ${why}`, () => {
      files.refuse = () => errno;
      const written = open(2).write([1]);
      assert.equal(written.ok ? "taken" : written.error.code, code);
    });
  }

  test("that cannot be read is no cpuset", () => {
    files.contents.set(file, "what\n");
    assert.equal(open(2).read(), undefined);
    files.contents.delete(file);
    assert.equal(open(2).read(), undefined);
  });
});
