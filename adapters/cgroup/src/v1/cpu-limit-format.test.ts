import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { type CpuLimit, kernelDefaultCpuLimit } from "@sc/domain";
import { CpuLimitFiles } from "../files/cpu-limit-files.ts";
import { DescriptorPool } from "../files/descriptor-pool.ts";
import { unreadable } from "../files/write-refusal.ts";
import { FakeKernelFiles } from "../testing/fake-kernel-files.ts";
import { cpuLimitFormat } from "./cpu-limit-format.ts";
import type { CpuKernelValues } from "./cpu-limit-steps.ts";

const folder = "/cpu/web";
const limitOf = (change: Partial<CpuLimit>): CpuLimit => ({ ...kernelDefaultCpuLimit, ...change });
const file = {
  quotaUs: `${folder}/cpu.cfs_quota_us`,
  burstUs: `${folder}/cpu.cfs_burst_us`,
  periodUs: `${folder}/cpu.cfs_period_us`,
  cpuShares: `${folder}/cpu.shares`,
} as const;

describe("the files of a cpu limit on v1", () => {
  let files: FakeKernelFiles;
  let limitFiles: CpuLimitFiles<CpuKernelValues>;
  beforeEach(() => {
    files = new FakeKernelFiles();
    files.inodes.set(folder, 7);
    files.contents.set(file.quotaUs, "50000\n");
    files.contents.set(file.burstUs, "0\n");
    files.contents.set(file.periodUs, "100000\n");
    files.contents.set(file.cpuShares, "1024\n");
    const pool = new DescriptorPool({ files, maxOpenFiles: 100, onFull: () => undefined });
    const isStillTheSame = (): boolean => files.inode(folder) === 7;
    limitFiles = new CpuLimitFiles(folder, {
      owner: { pool, isStillTheSame },
      format: cpuLimitFormat,
      whyUnreadable: () => unreadable(!isStillTheSame()),
    });
  });

  const written = (): readonly string[] =>
    files.writes.map((write) => write.slice(folder.length + 1));

  test("the same limit twenty times makes no write at all", () => {
    for (let time = 0; time < 20; time += 1) {
      assert.equal(limitFiles.write(limitOf({ quotaShares: 50 })).kind, "unchanged");
    }
    assert.deepEqual(files.writes, []);
  });

  test("the outcome counts exactly the writes that were made", () => {
    const limit = limitOf({ quotaShares: 60, burstShares: 30, periodMs: 200, weight: 50 });
    const outcome = limitFiles.write(limit);
    assert.equal(outcome.kind === "applied" ? outcome.writes : outcome.kind, 5);
    assert.deepEqual(written(), [
      "cpu.cfs_quota_us -1",
      "cpu.cfs_period_us 200000",
      "cpu.cfs_quota_us 120000",
      "cpu.cfs_burst_us 60000",
      "cpu.shares 512",
    ]);
  });

  test("a change of the period whose quota is refused leaves the limit as it was", () => {
    files.refuse = (path, text) =>
      path === file.quotaUs && text === "400000" ? "EINVAL" : undefined;
    const outcome = limitFiles.write(limitOf({ quotaShares: 40, periodMs: 1000 }));
    assert.equal(outcome.kind, "refused");
    assert.ok(outcome.kind === "refused" && outcome.refusal.code === "hierarchy");
    assert.deepEqual(outcome.limit, limitOf({ quotaShares: 50 }));
    assert.equal(outcome.writes, files.writes.length);
    assert.deepEqual(limitFiles.read(), limitOf({ quotaShares: 50 }));
  });

  test("a shrink whose quota is refused gives the burst back", () => {
    files.contents.set(file.burstUs, "50000\n");
    files.refuse = (path) => (path === file.quotaUs ? "EINVAL" : undefined);
    const outcome = limitFiles.write(limitOf({ quotaShares: 20 }));
    assert.ok(outcome.kind === "refused" && outcome.writes === 2);
    assert.deepEqual(written(), ["cpu.cfs_burst_us 0", "cpu.cfs_burst_us 50000"]);
    assert.equal(outcome.limit?.burstShares, 50);
  });

  test("says what stands in the kernel when the way back is refused as well", () => {
    files.contents.set(file.burstUs, "50000\n");
    files.refuse = (_path, text) => (text === "0" ? undefined : "EIO");
    const outcome = limitFiles.write(limitOf({ quotaShares: 20 }));
    assert.ok(outcome.kind === "refused" && outcome.writes === 1);
    assert.deepEqual(outcome.limit, limitOf({ quotaShares: 50, burstShares: 0 }));
  });

  const refusals = [
    ["EINVAL", "hierarchy"],
    ["EROFS", "read-only"],
    ["EACCES", "not-permitted"],
    ["EPERM", "not-permitted"],
    ["EBUSY", "busy"],
    ["ERANGE", "out-of-range"],
    ["EIO", "io"],
  ] as const;
  for (const [errno, code] of refusals) {
    test(`${errno} at the first write is a refusal (${code}) that changed nothing`, () => {
      files.refuse = () => errno;
      const outcome = limitFiles.write(limitOf({ quotaShares: 20 }));
      assert.ok(outcome.kind === "refused");
      assert.equal(outcome.refusal.code, code);
      assert.match(outcome.refusal.text, new RegExp(errno));
      assert.equal(outcome.writes, 0);
      assert.deepEqual(outcome.limit, limitOf({ quotaShares: 50 }));
    });
  }

  test("a group that is removed between look and write is gone, not refused", () => {
    files.refuse = (path) => {
      files.removeFolder(folder);
      return path === file.quotaUs ? "ENODEV" : undefined;
    };
    assert.deepEqual(limitFiles.write(limitOf({ quotaShares: 20 })), { kind: "gone" });
  });

  test("a group that is removed between write and reading back is gone", () => {
    files.refuse = (path, text) => {
      if (path === file.cpuShares) files.removeFolder(folder);
      return text === "512" ? "ENODEV" : undefined;
    };
    assert.deepEqual(limitFiles.write(limitOf({ quotaShares: 20, weight: 50 })), { kind: "gone" });
  });

  test("a group that is there and cannot be read is refused: nothing is written blindly", () => {
    files.contents.set(file.periodUs, "nonsense");
    const outcome = limitFiles.write(limitOf({ quotaShares: 20 }));
    assert.ok(outcome.kind === "refused" && outcome.refusal.code === "io");
    assert.equal(outcome.limit, undefined);
    assert.deepEqual(files.writes, []);
  });

  test("a limit changed by another hand at the same moment is noticed at reading back", () => {
    files.refuse = (path) => {
      if (path === file.cpuShares) files.contents.set(file.quotaUs, "99000\n");
      return undefined;
    };
    const outcome = limitFiles.write(limitOf({ quotaShares: 20, weight: 50 }));
    assert.ok(outcome.kind === "refused" && outcome.refusal.code === "io");
    assert.equal(outcome.limit?.quotaShares, 99);
  });

  describe("on a kernel without burst", () => {
    beforeEach(() => files.contents.delete(file.burstUs));

    test("reads the burst as 0 and writes limits without one", () => {
      assert.equal(limitFiles.read()?.burstShares, 0);
      assert.equal(limitFiles.write(limitOf({ quotaShares: 20 })).kind, "applied");
    });

    test("puts a limit back with no step that cannot be made, and knows it again", () => {
      const limit = limitOf({ quotaShares: 50 });
      const steps = limitFiles.restoreSteps(limit);
      assert.ok(steps.every((step) => step.file !== file.burstUs));
      assert.deepEqual(limitFiles.limitOfSteps(steps), limit);
    });

    test("takes all of a limit but the burst, and says so", () => {
      const outcome = limitFiles.write(limitOf({ quotaShares: 60, burstShares: 30 }));
      assert.ok(outcome.kind === "applied");
      assert.deepEqual(outcome.limit, limitOf({ quotaShares: 60 }));
      assert.deepEqual(written(), ["cpu.cfs_quota_us 60000"]);
    });
  });

  describe("the steps that put a limit back", () => {
    const stepsOf = (limit: CpuLimit): readonly string[] =>
      limitFiles.restoreSteps(limit).map((step) => `${step.file} ${step.value}`);

    test("take burst and quota away before they set the period, whatever it is by then", () => {
      const limit = limitOf({ quotaShares: 50, burstShares: 25, periodMs: 200 });
      assert.deepEqual(stepsOf(limit), [
        `${file.burstUs} 0`,
        `${file.quotaUs} -1`,
        `${file.periodUs} 200000`,
        `${file.quotaUs} 100000`,
        `${file.cpuShares} 1024`,
        `${file.burstUs} 50000`,
      ]);
    });

    test("do not write twice that there is no quota", () => {
      assert.deepEqual(stepsOf(kernelDefaultCpuLimit), [
        `${file.burstUs} 0`,
        `${file.quotaUs} -1`,
        `${file.periodUs} 100000`,
        `${file.cpuShares} 1024`,
      ]);
    });

    test("are not understood when a file is missing or a value is no number", () => {
      const steps = limitFiles.restoreSteps(kernelDefaultCpuLimit);
      assert.equal(limitFiles.limitOfSteps(steps.slice(0, -1)), undefined);
      assert.equal(
        limitFiles.limitOfSteps(steps.map((step) => ({ ...step, value: "lots" }))),
        undefined,
      );
    });
  });
});
