/* What the server writes down of a group of cgroup v2, put back by the script, on a real kernel. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { KernelCgroups } from "@sc/cgroup";
import { RealGroups, whyNoUnifiedGroups } from "@sc/cgroup/testing";
import { LeaseFile } from "@sc/lease-file";
import type { ControlGroup, Log } from "@sc/ports";

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const script = fileURLToPath(new URL("../../packaging/sc-restore", import.meta.url));
const bytesPerMib = 1_048_576;
/** Of its owner; memory.high is none, and memory.max not ours. */
const first = {
  "cpu.max": "40000 50000",
  "cpu.max.burst": "10000",
  "cpu.weight": "50",
  "memory.max": String(256 * bytesPerMib),
  "memory.high": "max",
} as const;

describe("putting limits of cgroup v2 back", { skip: whyNoUnifiedGroups() }, () => {
  let groups: RealGroups;
  let runFolder: string;
  let cgroups: KernelCgroups;
  let group: ControlGroup;
  const path = (): string => `${groups.root}/web`;
  beforeEach(() => {
    groups = new RealGroups("restore");
    runFolder = mkdtempSync(join(tmpdir(), "sc-run-"));
    groups.make(path());
    for (const [file, value] of Object.entries(first)) write(file, value);
    cgroups = new KernelCgroups({ isContainerGroup: () => true, log: silent });
    const opened = cgroups.open({ path: path() });
    assert.ok(opened.ok);
    group = opened.value;
  });
  afterEach(async () => {
    group.close();
    await groups.close();
    await cgroups.close();
    rmSync(runFolder, { recursive: true });
  });

  const write = (file: string, value: string): void =>
    groups.write("cpu", `${path()}/${file}`, value);
  const files = (): Record<string, string> =>
    Object.fromEntries(
      Object.keys(first).map((file) => [file, groups.read("cpu", `${path()}/${file}`)]),
    );
  const restore = (): string =>
    spawnSync(script, ["--run-folder", runFolder], { encoding: "utf8" }).stdout;

  async function squeeze(): Promise<void> {
    const cpu = group.readCpuLimit();
    const memMib = group.readMemMibLimit();
    assert.ok(cpu !== undefined && memMib === 256);
    const lease = new LeaseFile({ runFolder, leaseSeconds: 10, watcherPath: script, log: silent });
    for (const entry of group.restoreEntries({ cpu, memMib })) assert.ok(lease.hold(entry).ok);
    const limit = { quotaShares: 20, burstShares: 20, periodMs: 1000, weight: 20 };
    assert.equal(group.writeCpuLimit(limit).kind, "applied");
    assert.equal((await group.writeMemMibLimit(64, 30)).kind, "applied");
    assert.equal(files()["memory.max"], first["memory.max"]);
    assert.equal(files()["memory.high"], String(64 * bytesPerMib));
  }

  test("cpu and memory go back to the first values, and what is there is not written again", async () => {
    await squeeze();
    assert.match(restore(), /2 put back, 0 as they were, 0 skipped, 0 failed, 0 bad lines/);
    assert.deepEqual(files(), first);
    assert.match(restore(), /0 put back, 2 as they were, 0 skipped, 0 failed, 0 bad lines/);
  });

  test("what the server that comes back reads of the list are the first limits", async () => {
    const cpu = group.readCpuLimit();
    await squeeze();
    const lease = new LeaseFile({ runFolder, leaseSeconds: 10, watcherPath: script, log: silent });
    assert.deepEqual(group.limitsOfEntries(lease.recover()), { cpu, memMib: 256 });
  });

  test("a disk's limit goes one way alone, and the other stays", () => {
    const device = "98:16";
    const limit = { device, readBytesPerSecond: 5_242_880, writeBytesPerSecond: 1_048_576 };
    assert.equal(group.writeDiskLimit(limit).kind, "applied");
    const lease = new LeaseFile({ runFolder, leaseSeconds: 10, watcherPath: script, log: silent });
    const entry = group.diskRestoreEntry({ ...limit, writeBytesPerSecond: null }, "write");
    assert.ok(entry !== undefined && lease.hold(entry).ok);
    assert.match(restore(), /1 put back, 0 as they were, 0 skipped, 0 failed, 0 bad lines/);
    assert.deepEqual(group.readDiskLimits(), [{ ...limit, writeBytesPerSecond: null }]);
    assert.match(restore(), /0 put back, 1 as they were, 0 skipped, 0 failed, 0 bad lines/);
    const back = new LeaseFile({ runFolder, leaseSeconds: 10, watcherPath: script, log: silent });
    const [listed] = back.recover();
    assert.ok(listed !== undefined);
    assert.equal(group.diskLimitOfEntry(listed, { device, direction: "write" }), null);
  });

  test("a release leaves the files as their owner had them", async () => {
    const cpu = group.readCpuLimit();
    await squeeze();
    assert.ok(cpu !== undefined);
    assert.equal(group.writeCpuLimit(cpu).kind, "applied");
    assert.deepEqual(await group.writeMemMibLimit(256, 30), { kind: "applied", memMib: 256 });
    assert.deepEqual(files(), first);
  });

  test("a group that the controllers were taken from is refused with what its owner must write", async () => {
    group.close();
    groups.write("cpu", `${groups.root}/cgroup.subtree_control`, "-memory -cpu");
    assert.equal(group.readCpuLimit(), undefined);
    assert.equal(group.readMemMibLimit(), undefined);
    const limit = { quotaShares: 20, burstShares: 0, periodMs: 100, weight: 20 };
    for (const outcome of [group.writeCpuLimit(limit), await group.writeMemMibLimit(64, 30)]) {
      assert.ok(outcome.kind === "refused", outcome.kind);
      assert.equal(outcome.refusal.code, "no-controller");
      assert.match(outcome.refusal.text, /cgroup\.subtree_control$/);
    }
    assert.ok((group.readCpuUsedSeconds() ?? -1) >= 0);
  });
});
