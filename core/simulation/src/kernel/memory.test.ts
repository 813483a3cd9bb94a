import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { MemoryProgram } from "../demand/memory-program.ts";
import { type MemoryShape, memoryStep } from "../demand/memory-shape.ts";
import { Memory } from "./memory.ts";
import { MemoryProgramRun } from "./memory-program-run.ts";

const none = (): number => 0;
const holding = (usedMib: number): MemoryShape => ({ usedMibAt: () => usedMib, cachedMibAt: none });

function withMemory(values: Partial<Memory> = {}): Memory {
  return Object.assign(new Memory(), values);
}

/** Lets a program run for so long, in steps of 10 ms. */
function run(memory: Memory, program: MemoryProgram, seconds: number): Memory {
  const running = new MemoryProgramRun(program, memory);
  for (let step = 0; step < Math.round(seconds * 100); step += 1) running.step(0.01);
  return memory;
}

const near = (actual: number, wanted: number, by: number): void =>
  assert.ok(Math.abs(actual - wanted) <= by, `${actual} is not ${wanted} ± ${by}`);

describe("the memory of a group, against what was measured (kernel.md 3)", () => {
  const growing: MemoryShape = { usedMibAt: (seconds) => 92 + 8 * seconds, cachedMibAt: none };

  test("growth of 8 MiB/s past a limit that brakes is 1 MiB in 9.5 s, and nobody is killed", () => {
    const memory = run(withMemory({ isBraked: true, limitMib: 100 }), growing, 1 + 9.5);
    near(memory.usedMib, 101, 0.1);
    assert.equal(memory.kills, 0);
    assert.ok(memory.waits > 500);
    near(memory.stallSeconds, 9.4, 0.2);
  });

  test("a limit of v1 ends what grows past it, and not before", () => {
    const memory = withMemory({ limitMib: 100 });
    run(memory, growing, 0.9);
    assert.equal(memory.kills, 0);
    run(memory, growing, 2);
    assert.equal(memory.kills, 1);
  });

  test("a refused shrink costs all of the page cache: 205 MiB of it in some milliseconds", () => {
    const memory = withMemory({ limitMib: 400 });
    memory.use(100);
    memory.cache(205);
    assert.equal(memory.setLimit(50), "busy");
    assert.equal(memory.read().cachedMib, 0);
    assert.equal(memory.limitMib, 400);
  });

  for (const [what, dirtyMib, seconds] of [
    ["clean", 0, 0.042],
    ["dirty", 1536, 0.305],
  ] as const) {
    test(`1.5 GiB of ${what} page cache are taken in ${seconds} s, in the writer of the limit`, () => {
      const memory = withMemory({ dirtyMib });
      memory.cache(1536);
      assert.equal(memory.setLimit(0), "taken");
      near(memory.reclaimSeconds, seconds, 1e-6);
    });
  }
});

describe("the memory of a group", () => {
  test("takes what was read once before what is read over and over", () => {
    const memory = withMemory({ limitMib: 400 });
    const cachedMibAt = (seconds: number): number => seconds * 50;
    const program = { ...holding(100), cachedMibAt, workingSet: { mib: 150, mibPerSecond: 300 } };
    run(memory, program, 20);
    near(memory.hotMib, 150, 1);
    near(memory.read().cachedMib, 300, 1);
    assert.equal(memory.read().refaultedMib, 0);
  });

  test("reads again what a limit took of the working set, and stands still for it", () => {
    const memory = withMemory({ limitMib: 400 });
    const program = { ...holding(100), workingSet: { mib: 200, mibPerSecond: 100 } };
    run(memory, program, 20);
    assert.equal(memory.read().refaultedMib, 0);
    memory.setLimit(200);
    const again = run(memory, program, 10);
    // Half of the set is there, so half of what is read is not.
    near(Number(again.read().refaultedMib), 500, 20);
    near(again.stallSeconds, 5, 0.2);
    memory.setLimit(400);
    const refaulted = Number(run(memory, program, 20).read().refaultedMib);
    near(Number(run(memory, program, 10).read().refaultedMib), refaulted, 1);
  });

  test("what never had room is read again as well, once it was read", () => {
    const memory = withMemory({ limitMib: 200 });
    const program = { ...holding(100), workingSet: { mib: 200, mibPerSecond: 100 } };
    run(memory, program, 20);
    const refaulted = Number(memory.read().refaultedMib);
    near(Number(run(memory, program, 10).read().refaultedMib) - refaulted, 500, 20);
  });

  test("a program that was braked goes on where it stopped, later", () => {
    const memory = withMemory({ isBraked: true, limitMib: 200 });
    const running = new MemoryProgramRun(
      memoryStep({ mib: 100, toMib: 600, atSeconds: 0, mibPerSecond: 100 }),
      memory,
    );
    for (let step = 0; step < 300; step += 1) running.step(0.01);
    near(memory.usedMib, 200.2, 0.1);
    memory.limitMib = 1000;
    for (let step = 0; step < 100; step += 1) running.step(0.01);
    near(memory.usedMib, 300, 2);
  });

  test("the owner's hard limit kills where ours would brake", () => {
    const memory = withMemory({ isBraked: true, limitMib: null, hardMib: 150 });
    run(memory, memoryStep({ mib: 100, toMib: 300, atSeconds: 0 }), 1);
    assert.equal(memory.kills, 1);
  });

  test("what is killed is started again after a second", () => {
    const memory = withMemory({ limitMib: 150 });
    const running = new MemoryProgramRun(
      { usedMibAt: (seconds) => (seconds < 0.5 ? 200 : 100), cachedMibAt: none },
      memory,
    );
    for (let step = 0; step < 60; step += 1) running.step(0.01);
    assert.deepEqual([memory.kills, memory.usedMib], [1, 0]);
    for (let step = 0; step < 60; step += 1) running.step(0.01);
    assert.deepEqual([memory.kills, memory.usedMib], [1, 100]);
  });

  test("with swap a limit pushes out what it has no room for, and it comes back again and again", () => {
    const memory = withMemory({ isBraked: true, limitMib: 100, swapMib: 1000 });
    run(memory, holding(150), 5);
    near(Number(memory.read().swappedMib), 50, 2);
    assert.ok(memory.stallSeconds > 1);
    memory.limitMib = 200;
    run(memory, holding(150), 10);
    near(memory.usedMib, 150, 1);
    near(Number(memory.read().swappedMib), 0, 1);
  });

  test("where tasks wait at the limit, a higher one lets them go on", () => {
    const memory = withMemory({ limitMib: 100 });
    memory.setWait(true);
    run(memory, holding(150), 1);
    assert.deepEqual([memory.kills, memory.isWaiting, memory.usedMib], [0, true, 100]);
    memory.setLimit(200);
    assert.deepEqual([memory.isWaiting, memory.usedMib], [false, 150]);
  });
});
