import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { coreDistributions, distributionOrder } from "./cpu-topology.ts";

describe("the order of cores", () => {
  test("of a host without siblings or sockets is the order of its cores", () => {
    const topology = { sockets: [[[0], [1], [2]]] };
    for (const distribution of coreDistributions) {
      assert.deepEqual(distributionOrder(topology, distribution), [0, 1, 2]);
    }
  });

  test("goes round the largest socket, and past those that have no more cores", () => {
    const topology = { sockets: [[[0, 10]], [[1, 11], [2], [3]], [[4], [5]]] };
    assert.deepEqual(distributionOrder(topology, "spread-cores"), [1, 11, 0, 10, 4, 2, 5, 3]);
    assert.deepEqual(
      distributionOrder(topology, "spread-first-threads"),
      [1, 0, 4, 2, 5, 3, 11, 10],
    );
  });

  test("of a host nothing is known of is empty", () => {
    for (const distribution of coreDistributions) {
      assert.deepEqual(distributionOrder({ sockets: [] }, distribution), []);
    }
  });

  test("names each core of any host exactly once", () => {
    const shape = fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(shape, fc.constantFrom(...coreDistributions), (sizes, distribution) => {
        let next = 0;
        const sockets = sizes.map((cores) =>
          cores.map((threads) => Array.from({ length: threads }, () => next++)),
        );
        const order = distributionOrder({ sockets }, distribution);
        assert.deepEqual(
          order.toSorted((a, b) => a - b),
          Array.from({ length: next }, (_, index) => index),
        );
      }),
    );
  });
});
