import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { monotonicSeconds } from "@sc/domain";
import type { MemoryReading } from "@sc/ports";
import { MemorySampler, type SampledLimit } from "./memory-sampler.ts";

/** Says what the test wants, and how often it was asked for what is dear. */
const kernel = {
  chargedMib: 0 as number | undefined,
  cachedMib: 0,
  dirtyMib: 0,
  kills: undefined as number | undefined,
  divisions: 0,
  readMemMibCharged: () => kernel.chargedMib,
  readMemory: (): MemoryReading | undefined => {
    const { cachedMib, chargedMib, dirtyMib } = kernel;
    kernel.divisions += 1;
    if (chargedMib === undefined) return undefined;
    return { chargedMib, cachedMib, dirtyMib, unreclaimableMib: chargedMib - cachedMib };
  },
  readMemoryKills: () => kernel.kills,
};

let sampler: MemorySampler;

beforeEach(() => {
  Object.assign(kernel, {
    chargedMib: 200,
    cachedMib: 100,
    dirtyMib: 0,
    kills: undefined,
    divisions: 0,
  });
  sampler = new MemorySampler(kernel);
});

const sample = (at: number, of: Partial<SampledLimit> = {}): number | undefined => {
  sampler.sample(monotonicSeconds(at), { tier: "scaled", limitMib: 1000, ...of });
  return sampler.usedMib;
};

describe("memory in use", () => {
  test("is what is charged without page cache, which is taken as it was last seen", () => {
    assert.equal(sample(0), 100);
    kernel.chargedMib = 210;
    assert.equal(sample(0.1), 110);
    assert.equal(kernel.divisions, 1);
  });

  for (const [tier, seconds] of [
    ["scaled", 1],
    ["observed", 5],
    ["idle", 60],
  ] as const) {
    test(`is divided anew after ${seconds} s where it is ${tier}`, () => {
      sample(0, { tier });
      sample(seconds - 0.1, { tier });
      assert.equal(kernel.divisions, 1);
      sample(seconds, { tier });
      assert.equal(kernel.divisions, 2);
    });
  }

  test("is never taken on trust near its limit, or where it has grown much", () => {
    sample(0, { limitMib: 120 });
    sample(0.1, { limitMib: 120 });
    assert.equal(kernel.divisions, 2);
    kernel.chargedMib = 200 + 17;
    kernel.cachedMib = 117;
    assert.equal(sample(0.2), 100);
    assert.equal(kernel.divisions, 3);
  });

  test("does not fall where only less is charged: cache may have gone", () => {
    sample(0);
    kernel.chargedMib = 150;
    assert.equal(sample(0.1), 100);
    assert.equal(sample(0.1, { tier: "observed" }), 50);
  });

  test("is not known, and not zero, where the kernel says nothing", () => {
    sample(0);
    kernel.chargedMib = undefined;
    assert.equal(sample(0.1), undefined);
    assert.equal(sampler.floorMib(0.1), undefined);
    assert.equal(sampler.fills(10), false);
  });
});

describe("the floor of a limit", () => {
  test("holds what is in use, what waits for the disk, and a margin", () => {
    kernel.dirtyMib = 30;
    sample(0);
    assert.equal(sampler.floorMib(0.1), 100 + 30 + 16);
  });

  test("grows with the fastest growth of the last minute, which no estimate counts as", () => {
    sample(0);
    kernel.chargedMib = 210;
    sample(0.5);
    assert.equal(sampler.floorMib(0.1), 110 + 16);
    kernel.chargedMib = 400;
    sample(1.5);
    assert.equal(sampler.floorMib(0.1), 300 + 2 * 19);
    assert.equal(sampler.floorMib(1), 300 + 2 * 190);
  });
});

test("a limit is full with less than 8 MiB, or less than a twentieth of it, left", () => {
  sample(0);
  for (const [limitMib, isFull] of [
    [108, true],
    [109, false],
    [null, false],
    [undefined, false],
  ] as const)
    assert.equal(sampler.fills(limitMib), isFull, `${limitMib}`);
  kernel.chargedMib = 1060;
  sample(2);
  assert.deepEqual([sampler.fills(1010), sampler.fills(1011)], [true, false]);
});

test("a kill is told once, and none that was before the first look", () => {
  const looks = [undefined, 3, 3, 4, undefined, 4, 6].map((kills) => {
    kernel.kills = kills;
    return sampler.hasKilled();
  });
  assert.deepEqual(looks, [false, false, false, true, false, false, true]);
});
