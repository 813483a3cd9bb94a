/*
 * The published vectors of core assignment and of cpu lists, by their sections. Where ours differs,
 * the title says what is ours and why.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { idFor } from "../../testing/sample-data.ts";
import { type CoreMapRefusal, growOnCores, shrinkOnCores } from "./change-core-map.ts";
import { type AppliedPlacement, checkCoreMap, type PlacementCheck } from "./check-core-map.ts";
import { coreMapOf, emptyCoreMap, freeShares } from "./core-map.ts";
import { type CoreRows, eightCores, mapFor, rowsOf } from "./core-map-fixture.ts";
import { formatCpuList, parseCpuList } from "./cpu-list.ts";
import { distributionOrder, publishedDistributionNames } from "./cpu-topology.ts";

describe("5.1, cpu lists", () => {
  const lists: readonly (readonly [string, readonly number[]])[] = [
    ["1-3", [1, 2, 3]],
    ["0-2,5", [0, 1, 2, 5]],
    ["1-3,5,4", [1, 2, 3, 5, 4]],
    ["1-2,4-6,9", [1, 2, 4, 5, 6, 9]],
  ];
  for (const [text, cores] of lists) {
    test(`5.1: ${text}; ours: numbers, because cores are counted and compared`, () => {
      assert.deepEqual(parseCpuList(text), { ok: true, value: cores });
    });
  }
});

describe("5.7, the order of cores", () => {
  const orders = [
    ["group-cores", "Group_P&L", [0, 4, 1, 5, 2, 6, 3, 7]],
    ["group-sockets", "Group_1P_2L", [0, 1, 4, 5, 2, 3, 6, 7]],
    ["group-first-threads", "Group_PP_LL", [0, 1, 2, 3, 4, 5, 6, 7]],
    ["spread-cores", "Spread_P&L", [2, 6, 0, 4, 3, 7, 1, 5]],
    ["spread-first-threads", "Spread_PP_LL", [2, 0, 3, 1, 6, 4, 7, 5]],
  ] as const;
  for (const [distribution, published, order] of orders) {
    test(`5.7: ${published} is ${distribution}`, () => {
      assert.equal(publishedDistributionNames[distribution], published);
      assert.deepEqual(distributionOrder(eightCores, distribution), order);
    });
  }
});

/** All cores of the published test are taken: 0,2 by node0, 1,3 by node1, and so on. */
const eightFull: CoreRows = {
  0: { node0: 100 },
  1: { node1: 100 },
  2: { node0: 100 },
  3: { node1: 100 },
  4: { node2: 100 },
  5: { node3: 100 },
  6: { node2: 100 },
  7: { node3: 100 },
};
const afterShrink: CoreRows = { ...eightFull, 1: { node1: 50 }, 3: {} };

describe("5.7, assignment", () => {
  interface Granted {
    readonly cores: string;
    readonly shares: number;
    readonly free: number;
    /** What changed in the map. */
    readonly rows: CoreRows;
  }
  const granted: readonly (readonly [string, CoreRows, string, number, Granted])[] = [
    [
      "a shrink empties the last of its cores first",
      eightFull,
      "node1",
      -150,
      { cores: "1", shares: 50, free: 150, rows: { 1: { node1: 50, free: 50 } } },
    ],
    [
      "growth takes the core nobody uses before the one that is half free",
      afterShrink,
      "node0",
      40,
      { cores: "0,2-3", shares: 240, free: 110, rows: { 3: { node0: 40, free: 60 } } },
    ],
    [
      'from no core at all; ours: no list that begins with a comma, published ",0,1,2"',
      {},
      "c",
      250,
      {
        cores: "0-2",
        shares: 250,
        free: 550,
        rows: { 0: { c: 100, free: 0 }, 1: { c: 100, free: 0 }, 2: { c: 50, free: 50 } },
      },
    ],
    [
      "own cores first, then free ones",
      { 0: { c: 50 }, 1: { o: 30 } },
      "c",
      330,
      {
        cores: "0,2-4",
        shares: 380,
        free: 390,
        rows: {
          0: { c: 100, free: 0 },
          2: { c: 100, free: 0 },
          3: { c: 100, free: 0 },
          4: { c: 80, free: 20 },
        },
      },
    ],
    [
      "a shrink takes the smallest holdings first",
      { 0: { c: 50 }, 1: { c: 100 }, 2: { c: 20 } },
      "c",
      -60,
      {
        cores: "0-1",
        shares: 110,
        free: 690,
        rows: { 0: { c: 10, free: 90 }, 1: { c: 100, free: 0 } },
      },
    ],
    [
      "to nothing; ours: who writes limits never gets it, because to the kernel 0 is no limit",
      { 0: { c: 50 }, 1: { c: 50 }, 2: { c: 50 } },
      "c",
      -150,
      { cores: "", shares: 0, free: 800, rows: {} },
    ],
  ];
  for (const [title, rows, name, amount, expected] of granted) {
    test(`5.7: ${amount} for ${name}: ${title}`, () => {
      const map = mapFor(rows);
      const changed =
        amount > 0
          ? growOnCores(map, idFor(name), amount)
          : shrinkOnCores(map, idFor(name), -amount);
      assert.ok(changed.ok);
      const { value } = changed;
      assert.equal(formatCpuList(value.cores), expected.cores);
      assert.equal(value.heldShares, expected.shares);
      assert.equal(value.changedShares, amount);
      assert.equal(freeShares(value.map), expected.free);
      const found = rowsOf(value.map, name);
      for (const [core, row] of Object.entries(expected.rows)) {
        assert.deepEqual(found[Number(core)], row, `core ${core}`);
      }
    });
  }

  test("5.7: -150 over three equal cores frees them from the last to the first", () => {
    const map = mapFor({ 0: { c: 50 }, 1: { c: 50 }, 2: { c: 50 } });
    const cores = [50, 100].map((shares) => {
      const changed = shrinkOnCores(map, idFor("c"), shares);
      return changed.ok ? formatCpuList(changed.value.cores) : "";
    });
    assert.deepEqual(cores, ["0-1", "0"]);
  });

  const refused: readonly (readonly [string, CoreRows, string, number, CoreMapRefusal])[] = [
    [
      "ours: refused, because a growth of nothing is no success",
      eightFull,
      "node0",
      40,
      { kind: "no-free-core" },
    ],
    [
      "ours: the map stays as it was, because a failed change must change nothing",
      afterShrink,
      "node1",
      -60,
      { kind: "holds-less", heldShares: 50 },
    ],
  ];
  for (const [title, rows, name, amount, why] of refused) {
    test(`5.7: ${amount} for ${name}; ${title}`, () => {
      const map = mapFor(rows);
      const before = structuredClone(map);
      const changed =
        amount > 0
          ? growOnCores(map, idFor(name), amount)
          : shrinkOnCores(map, idFor(name), -amount);
      assert.deepEqual(changed, { ok: false, error: why });
      assert.deepEqual(map, before);
    });
  }

  test("5.7: +100 on a host of 2 of the 8 cores; ours: its cores make the map, none is looked up that is not there", () => {
    const order = distributionOrder(eightCores, "group-first-threads").filter((core) => core < 2);
    const map = emptyCoreMap(order);
    const first = growOnCores(map, idFor("a"), 150);
    assert.ok(first.ok);
    const changed = growOnCores(first.value.map, idFor("b"), 100);
    assert.ok(changed.ok);
    assert.deepEqual([changed.value.heldShares, changed.value.cores], [50, [1]]);
  });
});

/*
 * Published, the check also writes, and a write that is refused makes the container invalid for the
 * round. Here the check only says; a refusal is the agent's answer to an order.
 */
describe("5.7, the check of the map against what is applied", () => {
  const map = mapFor({ 0: { c: 100 }, 1: { c: 50 } });
  const asMapped: PlacementCheck = { kind: "as-mapped" };
  const differs: PlacementCheck = { kind: "differs", cores: [0, 1], shares: 150 };
  const checks: readonly (readonly [string, number, PlacementCheck])[] = [
    ["0-1", 150, asMapped],
    ["1,0", 150, asMapped],
    ["0-1", 100, differs],
    ["0-3", 150, differs],
  ];
  const applied = (cpuset: string, quotaShares: number | null, name = "c"): AppliedPlacement => {
    const parsed = parseCpuList(cpuset);
    return {
      container: idFor(name),
      cores: parsed.ok ? parsed.value : undefined,
      quotaShares,
      max: 300,
    };
  };
  for (const [cpuset, shares, expected] of checks) {
    test(`5.7: cores 0:100, 1:50 against ${cpuset} with ${shares}: ${expected.kind}; ours: the answer says what to write, because drift is handled as configured`, () => {
      assert.deepEqual(checkCoreMap(map, applied(cpuset, shares)), expected);
    });
  }

  test("5.7: a container that the map holds nothing for is never written", () => {
    const check = checkCoreMap(map, applied("0", 50, "other"));
    assert.ok(check.kind === "held");
    assert.equal(check.reason.code, "unknown-structure");
  });

  test("5.7: a core beyond the host; ours: the map is refused when it is read, because shares on it would count", () => {
    const made = coreMapOf([0, 1], [{ core: 2, container: idFor("c"), shares: 50 }]);
    assert.ok(!made.ok);
    assert.equal(made.error.kind, "unknown-core");
  });

  test("3.4: no limit at all; ours: it differs from the map, because that is a fact and not a gap", () => {
    assert.deepEqual(checkCoreMap(map, applied("0-1", null)), differs);
  });

  test("3.4: a limit above max is for the policy, and one container's fault is no other's", () => {
    const check = checkCoreMap(map, applied("0-1", 301));
    assert.ok(check.kind === "held");
    assert.equal(check.reason.code, "above-max");
    assert.deepEqual(checkCoreMap(map, applied("0-1", 150)), asMapped);
  });

  for (const missing of ["cores", "quotaShares"] as const) {
    test(`3.4: ${missing} that could not be read say nothing`, () => {
      const check = checkCoreMap(map, { ...applied("0-1", 150), [missing]: undefined });
      assert.ok(check.kind === "held");
      assert.equal(check.reason.code, "no-data");
    });
  }
});
