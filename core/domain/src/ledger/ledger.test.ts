import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { InvariantBroken } from "../invariant.ts";
import { idFor } from "../testing/sample-data.ts";
import { grantable, Ledger, reserveOf } from "./ledger.ts";
import { noOutsideUse, outsideUse, withOutsideReading } from "./outside-use.ts";

/** More than fit into the places that are there at first. */
const names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"] as const;

describe("the ledger", () => {
  test("counts each container once, with its newest grant", () => {
    const ledger = new Ledger();
    ledger.grant(idFor("a"), 100);
    ledger.grant(idFor("b"), 50);
    assert.equal(ledger.granted, 150);
    ledger.grant(idFor("a"), 30);
    assert.equal(ledger.granted, 80);
    assert.equal(ledger.grantOf(idFor("a")), 30);
    ledger.remove(idFor("a"));
    assert.equal(ledger.granted, 50);
    assert.equal(ledger.grantOf(idFor("a")), undefined);
  });

  test("is the same when something unknown goes", () => {
    const ledger = new Ledger();
    ledger.grant(idFor("a"), 100);
    ledger.remove(idFor("b"));
    assert.equal(ledger.granted, 100);
  });

  for (const shares of [Number.NaN, Number.POSITIVE_INFINITY, -1]) {
    test(`takes no grant of ${shares}`, () => {
      assert.throws(() => new Ledger().grant(idFor("a"), shares), InvariantBroken);
    });
  }

  test("sums to what its grants sum to, whatever came and went", () => {
    const entry = fc.tuple(fc.constantFrom(...names), fc.option(fc.integer({ min: 0, max: 800 })));
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
        const ledger = new Ledger();
        const expected = new Map<string, number>();
        for (const [name, shares] of entries) {
          if (shares === null) {
            ledger.remove(idFor(name));
            expected.delete(name);
          } else {
            ledger.grant(idFor(name), shares);
            expected.set(name, shares);
          }
          const sum = [...expected.values()].reduce((total, each) => total + each, 0);
          assert.equal(ledger.granted, sum);
          for (const each of names) assert.equal(ledger.grantOf(idFor(each)), expected.get(each));
        }
      }),
    );
  });

  test("drifts with no rounding, however often a grant changes", () => {
    const ledger = new Ledger();
    ledger.grant(idFor("a"), 1e-3);
    for (let change = 0; change < 1000; change += 1) ledger.grant(idFor("b"), change / 3);
    ledger.remove(idFor("b"));
    assert.equal(ledger.granted, 1e-3);
  });
});

describe("what may be granted", () => {
  const capacity = { total: 800, reserve: 80, overcommit: 1, outside: 100 };
  const rows = [
    { changed: {}, expected: 620 },
    { changed: { reserve: 0 }, expected: 700 },
    { changed: { overcommit: 2 }, expected: 1240 },
    { changed: { outside: 0 }, expected: 720 },
    { changed: { outside: 900 }, expected: 0 },
  ];
  for (const { changed, expected } of rows) {
    test(`is ${expected} with ${JSON.stringify(changed)}`, () => {
      assert.equal(grantable({ ...capacity, ...changed }, new Ledger()), expected);
    });
  }

  test("is no more than was granted while the use outside is not known", () => {
    const ledger = new Ledger();
    ledger.grant(idFor("a"), 130);
    assert.equal(grantable({ ...capacity, outside: undefined }, ledger), 130);
  });
});

describe("the reserve", () => {
  const rows = [
    { resource: "cpu", total: 800, percent: 10, expected: 80 },
    { resource: "cpu", total: 6400, percent: 10, expected: 640 },
    { resource: "mem", total: 4096, percent: 10, expected: 409.6 },
    { resource: "mem", total: 8192, percent: 10, expected: 2048 },
    { resource: "mem", total: 65_536, percent: 10, expected: 6553.6 },
    { resource: "mem", total: 65_536, percent: 0, expected: 0 },
  ] as const;
  for (const { resource, total, percent, expected } of rows) {
    test(`of ${percent} % of ${total} of ${resource} is ${expected}`, () => {
      assert.equal(reserveOf(resource, total, percent), expected);
    });
  }
});

describe("the use outside", () => {
  const of = (readings: readonly number[]) =>
    outsideUse(readings.reduce(withOutsideReading, noOutsideUse));

  test("is not known before the first reading, and is not zero", () => {
    assert.equal(of([]), undefined);
  });

  test("is the median at first, for a start is always busy", () => {
    assert.equal(of([400, 10, 20]), 20);
    assert.equal(of([50]), 50);
  });

  test("is the 95th percentile from 20 readings on", () => {
    const readings = Array.from({ length: 100 }, (_, index) => index + 1);
    assert.equal(of(readings), 95);
    assert.equal(of([...readings].reverse()), 95);
  });

  test("forgets what is older than ten minutes", () => {
    const busy = Array.from({ length: 600 }, () => 300);
    const quiet = Array.from({ length: 600 }, () => 5);
    assert.equal(of([...busy, ...quiet]), 5);
    assert.equal(of([...busy, ...quiet.slice(40)]), 300);
  });

  test("knows its readings in order, whatever order they came in", () => {
    const readings = Array.from({ length: 1500 }, (_, index) => (index * 7919) % 211);
    const { sorted } = readings.reduce(withOutsideReading, noOutsideUse);
    assert.deepEqual(
      sorted,
      readings.slice(-600).sort((a, b) => a - b),
    );
  });

  test("takes a counter that ran behind for none", () => {
    assert.equal(of([-20]), 0);
  });
});
