import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { idFor } from "../../testing/sample-data.ts";
import { sharesPerCore } from "../../units/cpu.ts";
import { growOnCores, moveOnCores, removeFromCores, shrinkOnCores } from "./change-core-map.ts";
import { type CoreMap, coresOf, emptyCoreMap, freeOf, freeShares, heldShares } from "./core-map.ts";
import { eightCores } from "./core-map-fixture.ts";
import { coreDistributions, distributionOrder } from "./cpu-topology.ts";
import { placeOrders } from "./place-orders.ts";

const names = ["a", "b", "c", "d", "e"] as const;
const anyShares = fc.oneof(
  fc.integer({ min: 0, max: 900 }),
  fc.double({ min: 0, max: 900, noNaN: true }),
);
const anyStep = fc.record({
  name: fc.constantFrom(...names),
  kind: fc.constantFrom("grow", "shrink", "move", "remove"),
  shares: anyShares,
});
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

function take(map: CoreMap, { name, kind, shares }: Step): CoreMap {
  const id = idFor(name);
  if (kind === "remove") return removeFromCores(map, id).map;
  const change = { grow: growOnCores, shrink: shrinkOnCores, move: moveOnCores }[kind];
  const changed = change(map, id, shares);
  return changed.ok ? changed.value.map : map;
}

const anyMap = fc
  .record({
    distribution: fc.constantFrom(...coreDistributions),
    steps: fc.array(anyStep, { maxLength: 20 }),
  })
  .map(({ distribution, steps }) =>
    steps.reduce(take, emptyCoreMap(distributionOrder(eightCores, distribution))),
  );

const isNear = (a: number, b: number): boolean => Math.abs(a - b) < 0.01;

function assertConserved(map: CoreMap): void {
  let held = 0;
  for (const core of map.cores) {
    const holdings = [...core.held.values()];
    const onCore = holdings.reduce((total, shares) => total + shares, 0);
    assert.ok(
      holdings.every((shares) => shares > 0),
      "a zero or a debt stays",
    );
    assert.ok(freeOf(core) >= 0);
    assert.ok(isNear(freeOf(core) + onCore, sharesPerCore), `core ${core.id} is not 100`);
    held += onCore;
  }
  const perContainer = names.reduce((total, name) => total + heldShares(map, idFor(name)), 0);
  assert.ok(isNear(perContainer, held));
  assert.ok(isNear(freeShares(map) + held, map.cores.length * sharesPerCore));
}

test("every core is 100 shares, whatever came, grew, shrank and went", () => {
  fc.assert(fc.property(anyMap, assertConserved));
});

test("a container holds what its changes say, on the cores they say", () => {
  fc.assert(
    fc.property(anyMap, fc.constantFrom(...names), anyShares, (map, name, shares) => {
      const before = heldShares(map, idFor(name));
      for (const changed of [
        growOnCores(map, idFor(name), shares),
        shrinkOnCores(map, idFor(name), shares),
      ]) {
        if (!changed.ok) continue;
        const { map: after, heldShares: held, changedShares, cores } = changed.value;
        assert.equal(heldShares(after, idFor(name)), held);
        assert.deepEqual(coresOf(after, idFor(name)), cores);
        assert.ok(isNear(held - before, changedShares));
        assert.ok(Math.abs(changedShares) <= shares + 0.005);
        for (const other of names.filter((candidate) => candidate !== name)) {
          assert.equal(heldShares(after, idFor(other)), heldShares(map, idFor(other)));
        }
      }
    }),
  );
});

test("growing and shrinking by what was granted gives every container its own back", () => {
  fc.assert(
    fc.property(anyMap, fc.constantFrom(...names), anyShares, (map, name, shares) => {
      const grown = growOnCores(map, idFor(name), shares);
      if (!grown.ok) {
        assert.equal(freeShares(map), 0);
        return;
      }
      const { map: larger, changedShares } = grown.value;
      const shrunk = shrinkOnCores(larger, idFor(name), changedShares);
      assert.ok(shrunk.ok);
      assert.equal(heldShares(shrunk.value.map, idFor(name)), heldShares(map, idFor(name)));
      assert.equal(freeShares(shrunk.value.map), freeShares(map));
    }),
  );
});

test("growth is refused only when no core has anything, and else takes all it may", () => {
  fc.assert(
    fc.property(anyMap, fc.integer({ min: 1, max: 900 }), (map, shares) => {
      const grown = growOnCores(map, idFor("a"), shares);
      const free = freeShares(map);
      assert.equal(grown.ok, free > 0);
      if (grown.ok) assert.equal(grown.value.changedShares, Math.min(shares, free));
    }),
  );
});

test("no change touches the map it was made from", () => {
  fc.assert(
    fc.property(anyMap, anyStep, (map, step) => {
      const before = structuredClone(map);
      take(map, step);
      assert.deepEqual(map, before);
    }),
  );
});

test("a plan places or holds each wish, and grows only on what was free before it", () => {
  const anyWishes = fc.uniqueArray(
    fc.record({ name: fc.constantFrom(...names), current: anyShares, target: anyShares }),
    { selector: ({ name }) => name },
  );
  fc.assert(
    fc.property(anyMap, anyWishes, (map, wishes) => {
      const asked = wishes.map(({ name, ...shares }) => ({ container: idFor(name), ...shares }));
      const { map: after, outcomes } = placeOrders(map, asked);
      assertConserved(after);
      assert.equal(outcomes.size, wishes.length);
      let growth = 0;
      for (const [container, found] of outcomes) {
        const difference = heldShares(after, container) - heldShares(map, container);
        growth += Math.max(difference, 0);
        if (found.kind === "held") {
          assert.equal(difference, 0);
        } else {
          assert.deepEqual(found.cores, coresOf(after, container));
          assert.ok(isNear(heldShares(after, container), found.limit) && found.cores.length > 0);
        }
      }
      assert.ok(growth <= freeShares(map) + 0.01);
    }),
  );
});
