import assert from "node:assert/strict";
import { availableParallelism, hostname, totalmem } from "node:os";
import { describe, test } from "node:test";
import { LinuxHostReader } from "./linux-host-reader.ts";

const skip = process.platform === "linux" ? false : "needs Linux";

describe("this machine", { skip }, () => {
  test("says who it is and what it has", () => {
    const host = new LinuxHostReader();
    assert.equal(host.name, hostname());
    assert.ok(host.cores >= availableParallelism());
    assert.equal(Math.round(host.memMibTotal), Math.round(totalmem() / 1_048_576));
    const threads = Object.values(host.readCpuTopology() ?? {}).flatMap((cores) =>
      Object.values(cores).flat(),
    );
    assert.equal(threads.length, host.cores);
    assert.match(host.bootId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal(new LinuxHostReader().bootId, host.bootId);
  });

  test("says what is in use: cpu time never goes back, memory is a part of the whole", () => {
    const host = new LinuxHostReader();
    const before = host.readCpuUsedSeconds();
    const after = host.readCpuUsedSeconds();
    assert.ok(before !== undefined && after !== undefined && before > 0 && after >= before);
    const memory = host.readMemory();
    assert.ok(memory !== undefined);
    assert.ok(memory.availableMib > 0 && memory.availableMib < host.memMibTotal);
    assert.ok(memory.fullStallPercent >= 0 && memory.fullStallPercent <= 100);
  });
});
