import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { DataDisks } from "../data-disks.ts";

export interface DataDisksHarness {
  readonly disks: DataDisks;
  /** A folder on a disk, and which. */
  readonly onDisk: { readonly path: string; readonly device: string; readonly wholeDisk: string };
  /** A folder that lies in memory. */
  readonly inMemory: string;
  readonly livingProcess: number;
  readonly endedProcess: number;
  close(): void;
}

/** The promise of `DataDisks`. */
export function dataDisksSuite(name: string, make: () => DataDisksHarness): void {
  describe(`${name} as finder of disks`, () => {
    let harness: DataDisksHarness;
    beforeEach(() => {
      harness = make();
    });
    afterEach(() => harness.close());

    test("finds the device that limits are written for, and the disk below", () => {
      const { disks, onDisk, livingProcess } = harness;
      for (const place of [onDisk, { ...onDisk, processId: livingProcess }]) {
        const answer = disks.find({ ...place, path: `${onDisk.path}/data/file` });
        assert.ok(answer.kind === "found", JSON.stringify(answer));
        assert.equal(answer.disk.device, onDisk.device);
        assert.deepEqual(answer.disk.wholeDisks, [onDisk.wholeDisk]);
      }
    });

    test("says why there is none", () => {
      const { disks, inMemory } = harness;
      const answer = disks.find({ path: inMemory });
      assert.equal(answer.kind === "not-limitable" ? answer.code : answer.kind, "no-disk");
      const nowhere = disks.find({ path: "relative" });
      assert.equal(nowhere.kind === "not-limitable" ? nowhere.code : nowhere.kind, "no-mount");
    });

    test("a process that has ended sees no disk", () => {
      const { disks, onDisk, endedProcess } = harness;
      assert.deepEqual(disks.find({ path: onDisk.path, processId: endedProcess }), {
        kind: "gone",
      });
    });
  });
}
