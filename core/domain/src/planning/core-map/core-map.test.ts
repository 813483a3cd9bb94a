import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { InvariantBroken } from "../../invariant.ts";
import { idFor } from "../../testing/sample-data.ts";
import { growOnCores, moveOnCores, removeFromCores, shrinkOnCores } from "./change-core-map.ts";
import {
  coreMapOf,
  coresOf,
  emptyCoreMap,
  freeShares,
  heldShares,
  withShares,
} from "./core-map.ts";
import { mapFor, rowsOf } from "./core-map-fixture.ts";

const web = idFor("web");

describe("a core map", () => {
  test("begins with every core free", () => {
    const map = emptyCoreMap([1, 0]);
    assert.deepEqual([freeShares(map), heldShares(map, web), coresOf(map, web)], [200, 0, []]);
  });

  test("has a core only once", () => {
    assert.throws(() => emptyCoreMap([0, 1, 0]), InvariantBroken);
  });

  for (const [kind, holdings] of [
    ["unknown-core", [{ core: 8, container: web, shares: 10 }]],
    ["no-amount", [{ core: 0, container: web, shares: -1 }]],
    ["no-amount", [{ core: 0, container: web, shares: Number.NaN }]],
    ["core-oversold", [{ core: 0, container: web, shares: 101 }]],
    [
      "core-oversold",
      [
        { core: 0, container: web, shares: 60 },
        { core: 0, container: idFor("db"), shares: 41 },
      ],
    ],
    [
      "held-twice",
      [
        { core: 0, container: web, shares: 60 },
        { core: 0, container: web, shares: 10 },
      ],
    ],
  ] as const) {
    test(`is not made of holdings with ${kind}: ${holdings.at(-1)?.shares}`, () => {
      const made = coreMapOf([0, 1], holdings);
      assert.ok(!made.ok);
      assert.equal(made.error.kind, kind);
      assert.equal(made.error.holding, holdings.at(-1));
    });
  }

  test("keeps no entry of nothing that was read", () => {
    const made = coreMapOf([0, 1], [{ core: 0, container: web, shares: 0 }]);
    assert.deepEqual(made, { ok: true, value: emptyCoreMap([0, 1]) });
  });

  test("is never oversold, not even by a mistake of ours", () => {
    const map = mapFor({ 0: { db: 60 } });
    assert.throws(() => withShares(map, web, new Map([[0, 41]])), InvariantBroken);
    assert.throws(() => withShares(map, web, new Map([[0, -1]])), InvariantBroken);
  });
});

describe("a container in a core map", () => {
  test("gets what there is when that is less", () => {
    const full = mapFor({ 0: { web: 70 }, 1: { db: 100 } });
    const only = { cores: full.cores.filter((core) => core.id < 2) };
    const grown = growOnCores(only, web, 75);
    assert.ok(grown.ok);
    assert.deepEqual([grown.value.changedShares, grown.value.heldShares], [30, 100]);
  });

  test("comes to a used core only when no other has room", () => {
    const map = mapFor({ 0: { db: 40 }, 1: { db: 30 } });
    const grown = growOnCores(map, web, 700);
    assert.ok(grown.ok);
    assert.deepEqual(grown.value.cores, [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual(rowsOf(grown.value.map, "web")[1], { web: 40, free: 30 });
  });

  test("grows and shrinks by nothing without a change", () => {
    const map = mapFor({ 0: { web: 70 } });
    for (const change of [growOnCores(map, web, 0), shrinkOnCores(map, web, 0)]) {
      assert.ok(change.ok);
      assert.deepEqual([change.value.map, change.value.changedShares], [map, 0]);
    }
  });

  test("moves up, down and to nothing", () => {
    const map = mapFor({ 0: { web: 70 } });
    const moved = [150, 20, 70, 0].map((shares) => {
      const change = moveOnCores(map, web, shares);
      return change.ok ? [change.value.changedShares, change.value.cores] : [];
    });
    assert.deepEqual(moved, [
      [80, [0, 1]],
      [-50, [0]],
      [0, [0]],
      [-70, []],
    ]);
  });

  test("gives all it holds back when it goes, and is then in no core", () => {
    const map = mapFor({ 0: { web: 70, db: 30 }, 3: { web: 1 } });
    const { changedShares, cores, map: after } = removeFromCores(map, web);
    assert.deepEqual([changedShares, cores], [-71, []]);
    assert.deepEqual(after, mapFor({ 0: { db: 30 } }));
    assert.deepEqual(removeFromCores(after, web).map, after);
  });

  test("may hold hundredths of a share, and no rest of rounding keeps a core", () => {
    let map = mapFor();
    for (const shares of [0.1, 0.2, 70.005]) {
      const grown = growOnCores(map, web, shares);
      assert.ok(grown.ok);
      map = grown.value.map;
    }
    assert.equal(heldShares(map, web), 70.31);
    const shrunk = shrinkOnCores(map, web, 70.31);
    assert.ok(shrunk.ok);
    assert.deepEqual(shrunk.value.map, mapFor());
  });

  for (const shares of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    test(`changes by no amount like ${shares}`, () => {
      for (const change of [growOnCores, shrinkOnCores, moveOnCores]) {
        assert.throws(() => change(mapFor(), web, shares), InvariantBroken);
      }
    });
  }
});
