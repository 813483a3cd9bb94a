import assert from "node:assert/strict";
import { test } from "node:test";
import type { DataDisk } from "@sc/ports";
import { DiskScene, type Writing } from "./disk-scene.ts";

const limitMibPerSecond = 5;
const writtenMib = 10;
/** What is not held is faster by a hundred times; a busy machine does not come near this. */
const farFasterFrom = 3;

const limitOf = ({ device }: DataDisk, mibPerSecond: number | null) => ({
  device,
  readBytesPerSecond: null,
  writeBytesPerSecond: mibPerSecond === null ? null : mibPerSecond * 1_048_576,
});

/** What a limit of the disk that was looked up holds, by the way a program writes. */
export function diskLimitTests(expected: {
  readonly name: RegExp;
  readonly held: readonly Writing[];
  readonly notHeld: readonly Writing[];
}): void {
  test("the disk of a container's data is found, and its limit holds what it is said to", async () => {
    await using scene = new DiskScene();
    const disk = await scene.find();
    assert.match(disk.name, expected.name);
    assert.equal(disk.fileSystem, "ext4");
    const limit = limitOf(disk, limitMibPerSecond);
    assert.deepEqual(scene.group.writeDiskLimit(limit), { kind: "applied", limit });
    for (const writing of expected.held) {
      const rate = await scene.write(writtenMib, writing);
      assert.ok(rate <= limitMibPerSecond * 1.2, `${writing}: ${rate} MiB/s`);
    }
    for (const writing of expected.notHeld) {
      const rate = await scene.write(writtenMib, writing);
      assert.ok(rate > limitMibPerSecond * farFasterFrom, `${writing}: ${rate} MiB/s`);
    }
    assert.equal(scene.group.writeDiskLimit(limitOf(disk, null)).kind, "applied");
    // What was written before may still be under way: the best of three is what the disk can do.
    const rates: number[] = [];
    for (let tries = 0; tries < 3; tries += 1)
      rates.push(await scene.write(writtenMib, expected.held[0] ?? "direct"));
    assert.ok(
      Math.max(...rates) > limitMibPerSecond * 1.5,
      `without a limit: ${rates.join(", ")} MiB/s`,
    );
  });
}
