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
  refaultedMib: undefined as number | undefined,
  swappedMib: undefined as number | undefined,
  kills: undefined as number | undefined,
  divisions: 0,
  readMemMibCharged: () => kernel.chargedMib,
  readMemory: (): MemoryReading | undefined => {
    const { cachedMib, chargedMib, dirtyMib, refaultedMib, swappedMib } = kernel;
    kernel.divisions += 1;
    if (chargedMib === undefined) return undefined;
    const unreclaimableMib = chargedMib - cachedMib;
    return { chargedMib, cachedMib, dirtyMib, unreclaimableMib, refaultedMib, swappedMib };
  },
  readMemoryKills: () => kernel.kills,
};

let sampler: MemorySampler;

beforeEach(() => {
  Object.assign(kernel, {
    chargedMib: 200,
    cachedMib: 100,
    dirtyMib: 0,
    refaultedMib: undefined,
    swappedMib: undefined,
    kills: undefined,
    divisions: 0,
  });
  sampler = new MemorySampler(kernel);
});

const sample = (at: number, of: Partial<SampledLimit> = {}): number | undefined => {
  const usual: SampledLimit = { tier: "scaled", limitMib: 1000, sampleSeconds: 0.1 };
  sampler.sample(monotonicSeconds(at), { ...usual, ...of });
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

  test("is never taken on trust where it has grown much", () => {
    sample(0);
    kernel.chargedMib = 200 + 13;
    kernel.cachedMib = 113;
    assert.equal(sample(0.1), 100);
    assert.equal(kernel.divisions, 2);
  });

  const full: Partial<SampledLimit> = { limitMib: 205 };
  test("is read again where what is charged fills the limit: it may take the place of cache", () => {
    sample(0, full);
    kernel.cachedMib = 60;
    // The room of 105 MiB less its margin of 12.5 lasts for 0.09 s.
    assert.equal(sample(0.05, full), 100);
    assert.equal(sample(0.1, full), 140);
    assert.equal(kernel.divisions, 2);
  });

  for (const [why, how] of [
    ["what it grows by would be charged", { limitMib: 300 }],
    ["it would wait, and the kernel would tell", { ...full, isBraked: true }],
    ["nothing ran that could have grown", { ...full, hasRun: false }],
  ] as const) {
    test(`is taken on trust while ${why}`, () => {
      sample(0, how);
      sample(0.9, how);
      assert.equal(kernel.divisions, 1);
    });
  }

  test("is taken on trust where no cache is there for it to take", () => {
    kernel.cachedMib = 3;
    sample(0, { limitMib: 210 });
    sample(0.9, { limitMib: 210 });
    assert.equal(kernel.divisions, 1);
  });

  test("is read when the kernel tells of a wait, at most every 50 ms", () => {
    const pressed: Partial<SampledLimit> = { ...full, isBraked: true, isPressed: true };
    for (const at of [0, 0.04, 0.06]) sample(at, pressed);
    assert.equal(kernel.divisions, 2);
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
    assert.equal(sampler.floorMib(0.1), Math.ceil(100 + 30 + 12.5));
  });

  test("grows with the fastest growth of the last minute, which no estimate counts as", () => {
    sample(0);
    kernel.chargedMib = 210;
    sample(0.5);
    assert.equal(sampler.floorMib(0.1), Math.ceil(110 + 110 / 8));
    kernel.chargedMib = 400;
    sample(1.5);
    assert.equal(sampler.floorMib(0.1), 300 + 2 * 19);
    assert.equal(sampler.floorMib(1), 300 + 2 * 190);
  });
});

test("a limit is full with less than half the least margin, or a twentieth of it, left", () => {
  sample(0);
  for (const [limitMib, isFull] of [
    [106, true],
    [107, false],
    [null, false],
    [undefined, false],
  ] as const)
    assert.equal(sampler.fills(limitMib), isFull, `${limitMib}`);
  kernel.chargedMib = 1060;
  sample(2);
  assert.deepEqual([sampler.fills(1010), sampler.fills(1011)], [true, false]);
});

describe("what stands behind the use", () => {
  test("is the cache, what is dirty of it, and what lies in swap", () => {
    assert.equal(sampler.use(false), undefined);
    Object.assign(kernel, { dirtyMib: 30, swappedMib: 5 });
    sample(0);
    assert.deepEqual(sampler.use(true), {
      cachedMib: 100,
      dirtyMib: 30,
      refaultMibPerSecond: undefined,
      swappedMib: 5,
      isBraked: true,
    });
  });

  test("is read again by so much a second, over a second at least, and not known at first", () => {
    const rates = [
      [0, 50],
      [0.5, 58],
      [2, 60],
      [3, 60],
      [4, undefined],
      [5, 70],
    ].map(([at, refaultedMib]) => {
      kernel.refaultedMib = refaultedMib;
      sample(at ?? 0, { limitMib: 205, isBraked: true, isPressed: true });
      return sampler.use(true)?.refaultMibPerSecond;
    });
    assert.deepEqual(rates, [undefined, undefined, 5, 0, undefined, undefined]);
  });
});

test("a kill is told once, and none that was before the first look", () => {
  const looks = [undefined, 3, 3, 4, undefined, 4, 6].map((kills) => {
    kernel.kills = kills;
    return sampler.hasKilled();
  });
  assert.deepEqual(looks, [false, false, false, true, false, false, true]);
});
