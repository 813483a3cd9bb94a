import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type CpuLimit, kernelDefaultCpuLimit } from "@sc/domain";
import type { ControlGroup, Log, RestoreStep } from "@sc/ports";
import { type CgroupsOptions, KernelCgroups } from "./cgroups.ts";
import { WorkerWriter } from "./files/blocking-writer.ts";
import { kernelFiles } from "./files/kernel-files.ts";
import { findHierarchies } from "./hierarchies.ts";
import { RealGroups, whyNoRealGroups } from "./testing/real-groups.ts";

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const limitOf = (change: Partial<CpuLimit>): CpuLimit => ({ ...kernelDefaultCpuLimit, ...change });
const bytesPerMib = 1_048_576;

describe("the kernel's own rules on cgroup v1", { skip: whyNoRealGroups() }, () => {
  let groups: RealGroups;
  let opened: KernelCgroups[];
  beforeEach(() => {
    groups = new RealGroups("rules");
    opened = [];
  });
  afterEach(async () => {
    await groups.close();
    for (const cgroups of opened) await cgroups.close();
  });

  const pathOf = (name: string): string => `${groups.root}/${name}`;

  function cgroupsWith(options: Partial<CgroupsOptions> = {}): KernelCgroups {
    const isContainerGroup: CgroupsOptions["isContainerGroup"] = ({ path }) =>
      path.startsWith(`${groups.root}/`);
    const cgroups = new KernelCgroups({ isContainerGroup, log: silent, ...options });
    opened.push(cgroups);
    return cgroups;
  }

  function open(name: string, cgroups = cgroupsWith()): ControlGroup {
    groups.make(pathOf(name));
    const group = cgroups.open({ path: pathOf(name) });
    assert.ok(group.ok);
    return group.value;
  }

  const cpuFiles = (name: string): readonly string[] =>
    ["cpu.cfs_quota_us", "cpu.cfs_burst_us", "cpu.cfs_period_us", "cpu.shares"].map((file) =>
      groups.read("cpu", `${pathOf(name)}/${file}`),
    );

  describe("in a hierarchy", () => {
    let parent: ControlGroup;
    let child: ControlGroup;
    beforeEach(() => {
      parent = open("parent");
      child = open("parent/child");
      parent.writeCpuLimit(limitOf({ quotaShares: 50 }));
      child.writeCpuLimit(limitOf({ quotaShares: 40, burstShares: 30 }));
    });

    const refusals: readonly {
      readonly title: string;
      readonly group: () => ControlGroup;
      readonly name: string;
      readonly limit: Partial<CpuLimit>;
    }[] = [
      {
        title: "a child above its parent",
        group: () => child,
        name: "parent/child",
        limit: { quotaShares: 80, burstShares: 80, weight: 80 },
      },
      {
        title: "a child above its parent in a longer period",
        group: () => child,
        name: "parent/child",
        limit: { quotaShares: 80, burstShares: 10, periodMs: 1000 },
      },
      {
        title: "a parent below its child",
        group: () => parent,
        name: "parent",
        limit: { quotaShares: 20 },
      },
      {
        title: "a parent below its child in a longer period",
        group: () => parent,
        name: "parent",
        limit: { quotaShares: 20, periodMs: 500 },
      },
    ];
    for (const { title, group, name, limit } of refusals) {
      test(`refuses ${title}, and leaves nothing half done`, () => {
        const before = cpuFiles(name);
        const limitBefore = group().readCpuLimit();
        const outcome = group().writeCpuLimit(limitOf(limit));
        assert.ok(outcome.kind === "refused");
        assert.equal(outcome.refusal.code, "hierarchy");
        assert.deepEqual(cpuFiles(name), before);
        assert.deepEqual(outcome.limit, limitBefore);
      });
    }

    test("takes the parent first when growing and the child first when shrinking", () => {
      const grown = [parent, child].map((group) =>
        group.writeCpuLimit(limitOf({ quotaShares: 90 })),
      );
      const shrunk = [child, parent].map((group) =>
        group.writeCpuLimit(limitOf({ quotaShares: 10, periodMs: 1000 })),
      );
      assert.deepEqual(
        [...grown, ...shrunk].map((outcome) => outcome.kind),
        ["applied", "applied", "applied", "applied"],
      );
    });

    test("takes the restore steps of a child in an order that no period stands against", () => {
      const first = limitOf({ quotaShares: 40, periodMs: 50 });
      child.writeCpuLimit(limitOf({ quotaShares: 45, periodMs: 1000 }));
      for (const { file, value } of restoreStepsOf(child, first)) {
        execFileSync("sh", ["-c", 'echo "$1" > "$0"', file, value]);
      }
      assert.deepEqual(cpuFiles("parent/child"), ["20000", "0", "50000", "1024"]);
    });
  });

  describe("writing a cpu limit", () => {
    test("makes as many writes as it counts, and none for a limit that is there", () => {
      let writes = 0;
      const write = (descriptor: number, text: string): void => {
        writes += 1;
        kernelFiles.write(descriptor, text);
      };
      const group = open("counted", cgroupsWith({ files: { ...kernelFiles, write } }));
      let counted = 0;
      const limits = [
        limitOf({ quotaShares: 50, weight: 50 }),
        limitOf({ quotaShares: 120, burstShares: 60, periodMs: 1000, weight: 120 }),
        limitOf({ quotaShares: 33.33, burstShares: 33.33, weight: 33.33 }),
        limitOf({}),
      ];
      for (const limit of limits) {
        const outcome = group.writeCpuLimit(limit);
        counted += outcome.kind === "applied" ? outcome.writes : 0;
        assert.equal(writes, counted);
        for (let time = 0; time < 20; time += 1) {
          assert.equal(group.writeCpuLimit(limit).kind, "unchanged");
        }
        assert.equal(writes, counted);
      }
      assert.ok(counted > limits.length);
    });

    test("a group that is removed before its file is opened for writing is gone", () => {
      const openThenGone: typeof kernelFiles.open = (path, flags) => {
        if (flags === "r+") groups.remove(pathOf("short"));
        return kernelFiles.open(path, flags);
      };
      const group = open("short", cgroupsWith({ files: { ...kernelFiles, open: openThenGone } }));
      assert.deepEqual(group.writeCpuLimit(limitOf({ quotaShares: 50 })), { kind: "gone" });
    });

    test("a group that is removed with its file open is gone", () => {
      const write = (descriptor: number, text: string): void => {
        groups.remove(pathOf("short"));
        kernelFiles.write(descriptor, text);
      };
      const group = open("short", cgroupsWith({ files: { ...kernelFiles, write } }));
      assert.deepEqual(group.writeCpuLimit(limitOf({ quotaShares: 50 })), { kind: "gone" });
    });

    test("is noticed by those who watch, also when another process makes it", {
      timeout: 30_000,
    }, async () => {
      const group = open("watched");
      let watch: { cancel(): void } | undefined;
      const noticed = new Promise<void>((resolve) => {
        watch = group.watchLimits(
          () => resolve(),
          () => undefined,
        );
      });
      const file = groups.folder("cpu", `${pathOf("watched")}/cpu.cfs_quota_us`);
      execFileSync("sh", ["-c", 'echo 30000 > "$0"', file]);
      await noticed;
      watch?.cancel();
      assert.equal(group.readCpuLimit()?.quotaShares, 30);
    });

    test("keeps few files open when told to, says so once, and still works", () => {
      const warnings: string[] = [];
      const log: Log = { ...silent, warn: (message) => warnings.push(message) };
      const cgroups = cgroupsWith({ log, maxOpenFiles: 2 });
      for (const name of ["a", "b", "c"]) {
        const group = open(name, cgroups);
        assert.equal(group.writeCpuLimit(limitOf({ quotaShares: 50 })).kind, "applied");
        assert.equal(group.readCpuLimit()?.quotaShares, 50);
        assert.equal(group.readCpuUsedSeconds(), 0);
      }
      assert.equal(cgroups.openFiles, 2);
      assert.equal(warnings.length, 1);
    });
  });

  describe("on a mount that is read-only", () => {
    let mountPoint: string;
    beforeEach(() => {
      mountPoint = mkdtempSync(join(tmpdir(), "sc-read-only-"));
      execFileSync("mount", ["--bind", findHierarchies().cpu, mountPoint]);
    });
    afterEach(() => {
      execFileSync("umount", ["--lazy", mountPoint]);
      // Not recursively: were the mount still there, that would be the groups of the machine.
      rmdirSync(mountPoint);
    });

    test("a write is refused, and a limit that is there already is not", () => {
      execFileSync("mount", ["-o", "remount,bind,ro", mountPoint]);
      const group = open(
        "protected",
        cgroupsWith({ hierarchies: { ...findHierarchies(), cpu: mountPoint } }),
      );
      const outcome = group.writeCpuLimit(limitOf({ quotaShares: 50 }));
      assert.ok(outcome.kind === "refused");
      assert.equal(outcome.refusal.code, "read-only");
      assert.equal(outcome.writes, 0);
      assert.deepEqual(outcome.limit, kernelDefaultCpuLimit);
      assert.equal(group.writeCpuLimit(kernelDefaultCpuLimit).kind, "unchanged");
      group.close();
    });
  });

  describe("of memory", () => {
    const statMib = (name: string, key: string): number => {
      const stat = groups.read("memory", `${pathOf(name)}/memory.stat`);
      return Number(new RegExp(`^${key} (\\d+)$`, "m").exec(stat)?.[1]) / bytesPerMib;
    };

    test("a shrink below what is in use is refused before it costs the page cache", async () => {
      const group = open("holder");
      // Not /tmp: files of a tmpfs are memory that cannot be given back.
      const folder = mkdtempSync("/var/tmp/sc-page-cache-");
      try {
        // On the disk, too: what is not cannot be given back at once.
        const fill = `dd if=/dev/zero of='${folder}/file' bs=1M count=60 conv=fsync`;
        groups.run(pathOf("holder"), `${fill}; { head -c 30M /dev/zero; sleep 600; } | tail`);
        const isFilled = (): boolean =>
          statMib("holder", "cache") >= 59 && statMib("holder", "rss") >= 29;
        for (let look = 0; look < 3000 && !isFilled(); look += 1) await delay(10);
        assert.ok(isFilled(), "the process does not hold what it should");
        const outcome = await group.writeMemMibLimit(32, 30);
        assert.ok(outcome.kind === "refused");
        assert.equal(outcome.refusal.code, "memory-in-use");
        assert.ok(statMib("holder", "cache") >= 59, "the page cache was thrown away");
        assert.equal(group.readMemMibLimit(), null);
        // Room for what is in use, the kernel's own and the margin; some of the cache has to go.
        assert.deepEqual(await group.writeMemMibLimit(76, 30), { kind: "applied", memMib: 76 });
        assert.ok((group.readMemMibCharged() ?? Number.NaN) <= 76);
        assert.ok(statMib("holder", "rss") >= 29, "a process was killed");
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    test("the kernel's own refusal of a limit below what is in use comes back as EBUSY", async () => {
      groups.make(pathOf("full"));
      groups.run(pathOf("full"), "{ head -c 20M /dev/zero; sleep 600; } | tail");
      for (let look = 0; look < 3000 && statMib("full", "rss") < 19; look += 1) await delay(10);
      assert.ok(statMib("full", "rss") >= 19, "the process does not hold what it should");
      const file = groups.folder("memory", `${pathOf("full")}/memory.limit_in_bytes`);
      const task = { file, value: String(4 * bytesPerMib) };
      // Past the look that would have refused it: as when memory grows between look and write.
      const writer = new WorkerWriter();
      const answer = await writer.write([task], { deadlineSeconds: 30, direction: "shrink" });
      await writer.close();
      assert.deepEqual(answer, { kind: "failed", errno: "EBUSY", task });
      assert.ok(statMib("full", "rss") >= 19, "a process was killed");
    });

    test("tasks that wait at the limit go on when it is raised, and none is killed", async () => {
      const group = open("waiting");
      const { memoryWait } = group;
      assert.ok(memoryWait?.write(true).ok);
      await group.writeMemMibLimit(16, 30);
      // Memory that it fills itself: a system call would not wait, but fail.
      groups.run(pathOf("waiting"), `perl -e '$x = "x" x 4e7; sleep 600'`);
      const isWaiting = (): boolean => memoryWait.read()?.isWaiting === true;
      for (let look = 0; look < 3000 && !isWaiting(); look += 1) await delay(10);
      assert.ok(isWaiting(), "nothing waits");
      await group.writeMemMibLimit(256, 30);
      for (let look = 0; look < 3000 && statMib("waiting", "rss") < 38; look += 1) await delay(10);
      assert.ok(statMib("waiting", "rss") >= 38, "what waited did not go on");
      assert.equal(group.readMemoryKills(), 0);
      assert.equal(isWaiting(), false);
    });

    test("a group made inside one whose tasks wait lets its own wait too, until that ends", () => {
      const { memoryWait } = open("outer");
      assert.ok(memoryWait?.write(true).ok);
      groups.make(`${pathOf("outer")}/inner/innermost`);
      const firstLineOf = (path: string): string | undefined =>
        groups.read("memory", `${path}/memory.oom_control`).split("\n")[0];
      const innermost = `${pathOf("outer")}/inner/innermost`;
      assert.equal(firstLineOf(innermost), "oom_kill_disable 1");
      assert.equal(memoryWait.read()?.hasGroupsInside, true);
      assert.ok(memoryWait.write(false).ok);
      assert.equal(firstLineOf(innermost), "oom_kill_disable 0");
      groups.remove(innermost);
      groups.remove(`${pathOf("outer")}/inner`);
    });

    test("a limit with swap follows the one without, at its owner's distance", async (t) => {
      const swapFile = `${pathOf("swap")}/memory.memsw.limit_in_bytes`;
      const group = open("swap");
      if (!existsSync(groups.folder("memory", swapFile))) {
        t.skip("the kernel keeps no account of swap");
        return;
      }
      groups.write("memory", `${pathOf("swap")}/memory.limit_in_bytes`, String(256 * bytesPerMib));
      groups.write("memory", swapFile, String(512 * bytesPerMib));
      const swapMib = (): number => Number(groups.read("memory", swapFile)) / bytesPerMib;
      assert.deepEqual(await group.writeMemMibLimit(600, 30), { kind: "applied", memMib: 600 });
      assert.equal(swapMib(), 856);
      assert.deepEqual(await group.writeMemMibLimit(64, 30), { kind: "applied", memMib: 64 });
      assert.equal(swapMib(), 320);
    });

    test("a write that hangs is late, and the limit is what it was", async () => {
      const script =
        "import { parentPort } from 'node:worker_threads';" +
        "parentPort.on('message', ({ claim }) => { claim[0] = 1; });";
      const writer = new WorkerWriter(new URL(`data:text/javascript,${script}`));
      const group = open("hanging", cgroupsWith({ writer }));
      // Long enough for the thread to start.
      assert.equal((await group.writeMemMibLimit(128, 5)).kind, "late");
      assert.equal(group.readMemMibLimit(), null);
    });
  });
});

const restoreStepsOf = (group: ControlGroup, cpu: CpuLimit): readonly RestoreStep[] =>
  group.restoreEntries({ cpu, memMib: undefined }).flatMap((entry) => entry.steps);
