import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { linearScale } from "./linear-scale.ts";
import { timeTicks, zoneLabel } from "./time-ticks.ts";
import { binaryTicks, decimalTicks, mibLabel } from "./value-ticks.ts";

describe("a scale", () => {
  test("puts the ends of the values on the ends of the paper, and upside down where asked", () => {
    const y = linearScale({ from: 0, to: 200 }, { from: 300, to: 100 });
    assert.deepEqual([0, 50, 200].map(y), [300, 250, 100]);
  });

  test("of values without length has one place for all", () => {
    assert.equal(linearScale({ from: 5, to: 5 }, { from: 10, to: 20 })(7), 10);
  });
});

describe("ticks of values", () => {
  const cases: readonly (readonly [max: number, expected: readonly number[]])[] = [
    [0, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [87, [0, 20, 40, 60, 80, 100]],
    [200, [0, 50, 100, 150, 200]],
    [206, [0, 50, 100, 150, 200, 250]],
    [12_345, [0, 5000, 10_000, 15_000]],
  ];
  for (const [max, expected] of cases) {
    test(`up to ${max} are ${expected.join(", ")}`, () => {
      assert.deepEqual(decimalTicks(max, 5), expected);
    });
  }

  test("of memory are powers of two", () => {
    assert.deepEqual(binaryTicks(1000, 5), [0, 256, 512, 768, 1024]);
    assert.deepEqual([0, 512, 1536, 1024 * 1024, 0.5].map(mibLabel), [
      "0",
      "512 MiB",
      "1.5 GiB",
      "1 TiB",
      "0.5 MiB",
    ]);
  });

  for (const ticks of [decimalTicks, binaryTicks]) {
    test(`are few, grow evenly and reach the highest value (${ticks.name})`, () => {
      fc.assert(
        fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (max) => {
          const values = ticks(max, 5);
          assert.equal(values[0], 0);
          assert.ok(values.length >= 2 && values.length <= 6, values.join());
          assert.ok((values.at(-1) ?? 0) >= max * (1 - 1e-9), `${max}: ${values.join()}`);
        }),
      );
    });
  }
});

describe("ticks of time", () => {
  const utc = { count: 8, utcOffsetSeconds: () => 0 };
  const midnight = 1_795_910_400;
  const labels = (from: number, to: number, options = utc) =>
    timeTicks({ from, to }, options).map(({ label }) => label);

  test("of minutes are told to the second", () => {
    assert.deepEqual(labels(midnight + 36_003, midnight + 36_123), [
      "10:00:15",
      "10:00:30",
      "10:00:45",
      "10:01:00",
      "10:01:15",
      "10:01:30",
      "10:01:45",
      "10:02:00",
    ]);
  });

  test("say the day where one begins", () => {
    assert.deepEqual(labels(midnight - 7200, midnight + 7200), [
      "22:00",
      "22:30",
      "23:00",
      "23:30",
      "29 Nov",
      "00:30",
      "01:00",
      "01:30",
      "02:00",
    ]);
  });

  test("are round on the clock of the wall", () => {
    const india = { count: 8, utcOffsetSeconds: () => 19_800 };
    assert.deepEqual(timeTicks({ from: midnight, to: midnight + 7200 }, { ...india, count: 2 }), [
      { stamp: midnight + 1800, label: "06:00" },
      { stamp: midnight + 5400, label: "07:00" },
    ]);
    assert.deepEqual([0, 19_800, -10_800].map(zoneLabel), ["UTC", "UTC+5:30", "UTC−3"]);
  });

  test("are few, whatever the range", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e9 }),
        fc.integer({ min: 0, max: 1e9 }),
        (from, length) => {
          const ticks = timeTicks({ from, to: from + length }, utc);
          assert.ok(ticks.length <= 9, String(ticks.length));
          assert.ok(ticks.every(({ stamp }) => stamp >= from && stamp <= from + length));
        },
      ),
    );
  });
});
