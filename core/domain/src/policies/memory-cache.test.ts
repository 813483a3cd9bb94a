import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { monotonicSeconds } from "../units/time.ts";
import {
  beginCache,
  type CacheReading,
  isFutile,
  type PayingCache,
  withCacheReading,
} from "./memory-cache.ts";

/** One cache whose limit follows at once, second by second. */
class Followed {
  cache: PayingCache;
  readonly sizes: number[] = [];
  #at = 0;

  constructor(cachedMib: number) {
    this.cache = beginCache(cachedMib, monotonicSeconds(0));
  }

  pass(
    seconds: number,
    rateAt: (mib: number) => number | undefined,
    more: Partial<CacheReading> = {},
  ): this {
    for (let second = 0; second < seconds; second += 1) {
      this.#at += 1;
      const before = this.cache.mib;
      this.cache = withCacheReading(this.cache, {
        at: monotonicSeconds(this.#at),
        cachedMib: before,
        refaultMibPerSecond: rateAt(before),
        isFull: true,
        isRoomy: false,
        isInForce: true,
        mostMib: 1000,
        ...more,
      });
      if (this.cache.mib !== before) this.sizes.push(Math.round(this.cache.mib));
    }
    return this;
  }
}

const calm = (): number => 0;
/** Files of so many MiB that are read all the time, at random. */
const workingSet =
  (mib: number) =>
  (cachedMib: number): number =>
    Math.max(mib - cachedMib, 0);

describe("page cache", () => {
  test("that nobody misses is taken by quarters, one every ten seconds", () => {
    const followed = new Followed(800).pass(45, calm);
    assert.deepEqual(followed.sizes, [600, 450, 338, 253]);
    assert.equal(followed.pass(200, calm).cache.mib, 0);
  });

  test("that is missed is given back at the first pain, and tried again later and by less", () => {
    const followed = new Followed(800).pass(60, workingSet(400));
    assert.deepEqual(followed.sizes, [600, 450, 338, 450]);
    followed.pass(600, workingSet(400));
    assert.deepEqual(followed.sizes.slice(4, 6), [394, 450]);
    assert.ok(followed.cache.mib >= 399 && followed.cache.mib < 450);
    assert.ok(followed.sizes.length <= 10);
  });

  test("is not taken where the kernel does not count what is read again", () => {
    assert.equal(new Followed(800).pass(600, () => undefined).cache.mib, 800);
  });

  test("is not taken further while the limit has not followed", () => {
    assert.equal(new Followed(800).pass(60, calm, { isInForce: false }).cache.mib, 800);
  });

  test("that came after the begin gets its room within a minute of pain", () => {
    const followed = new Followed(0).pass(60, workingSet(400));
    assert.ok(followed.cache.mib >= 399, `${followed.cache.mib}`);
    assert.ok(followed.cache.mib <= 500, `${followed.cache.mib}`);
  });

  test("that was taken while nothing ran comes back at once when something does", () => {
    const followed = new Followed(400).pass(300, calm);
    assert.equal(followed.cache.mib, 0);
    assert.equal(followed.pass(1, workingSet(400)).cache.mib, 400);
  });

  test("that fills the room there is counts as needed until it is tried", () => {
    const followed = new Followed(0).pass(1, calm, {
      isRoomy: true,
      isFull: false,
      cachedMib: 300,
    });
    assert.equal(followed.cache.mib, 300);
    assert.equal(followed.pass(60, workingSet(290)).cache.mib, 300);
  });

  test("that is still being filled with what was taken is no pain", () => {
    assert.equal(new Followed(100).pass(9, () => 50, { isFull: false }).cache.mib, 100);
  });

  test("of a scan that no cache would hold gets no more, and none of what was tried", () => {
    const followed = new Followed(100).pass(60, () => 20);
    assert.equal(followed.cache.mib, 100);
    const most = Math.max(...followed.sizes);
    assert.ok(most >= 300 && most < 400, `${most}`);
    assert.ok(isFutile(followed.cache, monotonicSeconds(60)));
    // Next time twice as much more is tried.
    followed.pass(650, () => 20);
    assert.equal(followed.cache.mib, 100);
    assert.ok(Math.max(...followed.sizes) >= 500);
  });

  test("does not go on past what the owner's max leaves room for", () => {
    assert.ok(
      new Followed(100).pass(60, () => 50, { mostMib: 150 }).sizes.every((mib) => mib <= 150),
    );
  });
});
