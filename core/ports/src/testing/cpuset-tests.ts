import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cpuset } from "../cgroup.ts";

/** Where the kernel has no cpusets, there is none to hold it to. */
export function cpusetTests(group: {
  readonly open: () => Cpuset | undefined;
  readonly remove: () => void;
}): void {
  const given = () => {
    const cpuset = group.open();
    // On v1 a group that was just made has no cores until somebody gives it some.
    if (cpuset?.read() === undefined) cpuset?.write([0]);
    return cpuset;
  };

  test("a group is put on cores, whatever their order, and written only where it differs", (t) => {
    const cpuset = given();
    if (cpuset?.read() === undefined) return t.skip("no cpusets here");
    assert.ok(cpuset.write([1, 0]).ok);
    assert.deepEqual(cpuset.read(), [0, 1]);
    assert.deepEqual(cpuset.readEffective(), [0, 1]);
    assert.deepEqual(cpuset.write([0, 1]), { ok: true, value: "unchanged" });
    assert.deepEqual(cpuset.write([1]), { ok: true, value: "applied" });
    assert.deepEqual(cpuset.read(), [1]);
  });

  test("cores that the host has not are refused, and change nothing", (t) => {
    const cpuset = given();
    if (cpuset?.read() === undefined) return t.skip("no cpusets here");
    cpuset.write([0]);
    assert.equal(cpuset.write([8000]).ok, false);
    assert.deepEqual(cpuset.read(), [0]);
  });

  test("an entry of the restore list says which cores it puts back", (t) => {
    const cpuset = given();
    if (cpuset?.read() === undefined) return t.skip("no cpusets here");
    const entry = cpuset.restoreEntry([0, 1]);
    assert.ok(entry !== undefined);
    assert.deepEqual(cpuset.coresOfEntries([entry]), [0, 1]);
    assert.deepEqual(entry.steps[0]?.value, "0-1");
    assert.equal(cpuset.coresOfEntries([{ ...entry, inode: "0" }]), undefined);
  });

  test("a group that is gone takes no cores, and that is a normal answer", (t) => {
    const cpuset = given();
    if (cpuset?.read() === undefined) return t.skip("no cpusets here");
    group.remove();
    const written = cpuset.write([0]);
    assert.ok(written.ok && written.value === "gone");
  });
}
