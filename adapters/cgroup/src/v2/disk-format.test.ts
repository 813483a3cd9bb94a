import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { diskFormat as diskFormatV1 } from "../v1/disk-format.ts";
import { diskFormat } from "./disk-format.ts";

describe("disks in the files of the kernel", () => {
  const use = { device: "8:0", bytesRead: 4096, bytesWritten: 8192 };

  test("v2 tells use by keys, in any order, and devices that have none of them are left out", () => {
    const text = "8:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n7:0 \n9:0 rios=1\n";
    assert.deepEqual(diskFormat.parseUse(text), [use]);
  });

  test("v1 tells use line by line, and the total is no device", () => {
    const text = "8:0 Read 4096\n8:0 Write 8192\n8:0 Sync 1\n8:0 Total 12288\nTotal 12288\n";
    assert.deepEqual(diskFormatV1.parseUse(text), [use]);
  });

  test("a limit of operations alone is none of bytes", () => {
    const text =
      "8:0 rbps=max wbps=1048576 riops=max wiops=max\n8:16 rbps=max wbps=max riops=5 wiops=max\n";
    assert.deepEqual(diskFormat.parseLimits([text]), [
      { device: "8:0", readBytesPerSecond: null, writeBytesPerSecond: 1_048_576 },
    ]);
  });

  test("v1 has a file for each way, and a device may stand in one of them", () => {
    assert.deepEqual(diskFormatV1.parseLimits(["8:0 100\n", "8:16 200\n"]), [
      { device: "8:0", readBytesPerSecond: 100, writeBytesPerSecond: null },
      { device: "8:16", readBytesPerSecond: null, writeBytesPerSecond: 200 },
    ]);
  });
});
