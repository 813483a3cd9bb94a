/*
 * What the kernel itself does with the files of cgroup v2, whoever writes them: what the adapter and
 * the policies are built upon. Where a kernel differs, it is seen here first.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmdirSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { RealGroups, whyNoUnifiedGroups } from "@sc/cgroup/testing";
import { until } from "@sc/server/testing";

const bytesPerMib = 1_048_576;
/** Seconds within which all must have come that comes, on one slow CPU. */
const patienceSeconds = 60;
const eventually = (what: string, isTrue: () => boolean): Promise<void> =>
  until(what, isTrue, patienceSeconds);

describe("the kernel's own rules on cgroup v2", { skip: whyNoUnifiedGroups() }, () => {
  let groups: RealGroups;
  let group: string;
  beforeEach(() => {
    groups = new RealGroups("rules");
    group = make("group");
  });
  afterEach(() => groups.close());

  function make(name: string): string {
    groups.make(`${groups.root}/${name}`);
    return `${groups.root}/${name}`;
  }

  const write = (file: string, value: string, path = group): void =>
    groups.write("cpu", `${path}/${file}`, value);
  const read = (file: string, path = group): string => groups.read("cpu", `${path}/${file}`);
  const numberIn = (file: string, key: string): number =>
    Number(new RegExp(`^${key} (\\d+)$`, "m").exec(read(file))?.[1]);
  const mibIn = (file: string): number => Number(read(file)) / bytesPerMib;
  /** As much memory that no file backs, until the group is closed. */
  const hold = (mib: number): unknown =>
    groups.run(group, `{ head -c ${mib}M /dev/zero; sleep 600; } | tail`);

  describe("of cpu", () => {
    test("quota and period change in one write, and no quota leaves period and burst", () => {
      write("cpu.max", "50000 200000");
      assert.equal(read("cpu.max"), "50000 200000");
      write("cpu.max.burst", "30000");
      write("cpu.max", "max");
      assert.equal(read("cpu.max"), "max 200000");
      assert.equal(read("cpu.max.burst"), "30000");
      assert.throws(() => write("cpu.max", "20000 200000"), { code: "EINVAL" });
    });

    test("a burst above the quota is refused, also when the quota goes below the burst", () => {
      write("cpu.max", "50000 100000");
      assert.throws(() => write("cpu.max.burst", "50001"), { code: "EINVAL" });
      write("cpu.max.burst", "50000");
      assert.throws(() => write("cpu.max", "49000 100000"), { code: "EINVAL" });
      write("cpu.max.burst", "49000");
      write("cpu.max", "49000 100000");
    });

    test("a child may be given more than its parent, and the other way round", () => {
      const child = make("group/child");
      write("cpu.max", "50000 100000");
      write("cpu.max", "80000 100000", child);
      write("cpu.max", "20000 100000");
      assert.equal(read("cpu.max", child), "80000 100000");
    });

    test("every write refills the quota, also that of the same value", async () => {
      const quotaUs = 10_000;
      const limit = `${quotaUs} 1000000`;
      write("cpu.max", limit);
      groups.run(group, "while :; do :; done");
      const used = (): number => numberIn("cpu.stat", "usage_usec");
      const periods = (): number => numberIn("cpu.stat", "nr_periods");
      await eventually("it got far more than its periods gave", () => {
        write("cpu.max", limit);
        return used() > 5 * quotaUs * (periods() + 1);
      });
    });

    test("a write is told to those who watch the group", async () => {
      const noticed = new Promise<void>((resolve) => {
        const watcher = watch(groups.folder("cpu", group), (_event, file) => {
          if (file !== "cpu.max") return;
          watcher.close();
          resolve();
        });
      });
      execFileSync("sh", ["-c", 'echo 30000 >"$0"', groups.folder("cpu", `${group}/cpu.max`)]);
      await noticed;
    });
  });

  describe("of memory", () => {
    test("above memory.high growth is braked and told, nothing is killed, and more lets it go on", async () => {
      write("memory.high", String(20 * bytesPerMib));
      const told = new Promise<void>((resolve) => {
        const watcher = watch(groups.folder("memory", `${group}/memory.events`), () => {
          watcher.close();
          resolve();
        });
      });
      hold(60);
      await told;
      await eventually("it is braked often", () => numberIn("memory.events", "high") > 20);
      assert.ok(mibIn("memory.current") < 30, "it grew as if there were no brake");
      write("memory.high", String(100 * bytesPerMib));
      await eventually("it has all it wanted", () => mibIn("memory.current") >= 60);
      assert.equal(numberIn("memory.events", "oom_kill"), 0);
    });

    test("memory.max below what is in use is written without a word and kills", async () => {
      hold(30);
      await eventually("it holds its memory", () => mibIn("memory.current") >= 30);
      write("memory.max", String(10 * bytesPerMib));
      assert.equal(mibIn("memory.max"), 10);
      assert.ok(numberIn("memory.events", "oom_kill") > 0);
    });

    test("without swap, memory that no file backs is not given back: EAGAIN", async () => {
      hold(30);
      await eventually("it holds its memory", () => mibIn("memory.current") >= 30);
      assert.throws(() => write("memory.reclaim", String(20 * bytesPerMib)), { code: "EAGAIN" });
      write("memory.high", String(10 * bytesPerMib));
      assert.ok(mibIn("memory.current") >= 30);
      assert.equal(numberIn("memory.events", "oom_kill"), 0);
    });

    test("with swap, memory.high moves it there", async () => {
      execFileSync("mkswap", ["/dev/ubdb"], { stdio: "ignore" });
      execFileSync("swapon", ["/dev/ubdb"]);
      try {
        hold(40);
        await eventually("it holds its memory", () => mibIn("memory.current") >= 40);
        write("memory.high", String(20 * bytesPerMib));
        assert.ok(mibIn("memory.current") <= 21);
        assert.ok(mibIn("memory.swap.current") >= 19);
        assert.equal(numberIn("memory.events", "oom_kill"), 0);
      } finally {
        await groups.close();
        execFileSync("swapoff", ["/dev/ubdb"]);
      }
    });
  });

  describe("of disks", () => {
    let mountPoint: string;
    beforeEach(() => {
      mountPoint = mkdtempSync(join(tmpdir(), "sc-disk-"));
      execFileSync("mkfs.ext4", ["-q", "-F", "/dev/ubda"]);
      execFileSync("mount", ["/dev/ubda", mountPoint]);
    });
    afterEach(() => {
      execFileSync("umount", [mountPoint]);
      rmdirSync(mountPoint);
    });

    test("io.max takes a whole disk and no other, and io.stat counts writes that were buffered", async () => {
      write("io.max", `98:0 wbps=${5 * bytesPerMib}`);
      assert.equal(read("io.max"), `98:0 rbps=max wbps=${5 * bytesPerMib} riops=max wiops=max`);
      assert.throws(() => write("io.max", "99:9 wbps=1000"), { code: "ENODEV" });
      const copy = `dd if=/dev/zero of='${mountPoint}/file' bs=1M count=10 conv=fsync`;
      const child = groups.run(group, copy);
      assert.equal(await new Promise((resolve) => child.once("exit", resolve)), 0);
      const written = /^98:0 .*\bwbytes=(\d+)/m.exec(read("io.stat"))?.[1];
      assert.ok(Number(written) >= 10 * bytesPerMib, read("io.stat"));
      write("io.max", "98:0 wbps=max");
      assert.equal(read("io.max"), "");
    });
  });

  test("a group with processes of its own gives its children no controllers", async () => {
    groups.run(group, "sleep 600");
    await eventually("it has a process", () => read("cgroup.procs") !== "");
    assert.throws(() => write("cgroup.subtree_control", "+cpu +memory"), { code: "EBUSY" });
  });

  test("a frozen group says so, and does nothing", async () => {
    groups.run(group, "while :; do :; done");
    await eventually("it works", () => numberIn("cpu.stat", "usage_usec") > 0);
    write("cgroup.freeze", "1");
    await eventually("it is frozen", () => numberIn("cgroup.events", "frozen") === 1);
    const used = read("cpu.stat");
    await delay(50);
    assert.equal(read("cpu.stat"), used);
    write("cgroup.freeze", "0");
  });

  test("a file that is open when its group is removed answers ENODEV", () => {
    const file = groups.folder("cpu", `${group}/cpu.max`);
    const script = `exec 3<'${file}'; rmdir '${groups.folder("cpu", group)}'; cat <&3`;
    assert.throws(() => execFileSync("sh", ["-c", script], { stdio: "pipe" }), /No such device/);
    assert.throws(() => readFileSync(file), { code: "ENOENT" });
  });
});
