import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { requestFor } from "../testing/sample-data.ts";
import { monotonicSeconds } from "../units/time.ts";
import { mergeRequests } from "./merge-requests.ts";

const amountsOf = (...amounts: number[]) =>
  mergeRequests(amounts.map((amount) => requestFor("web", { amount }))).requests.map(
    (request) => request.amount,
  );

describe("mergeRequests", () => {
  test("the largest raise wins", () => assert.deepEqual(amountsOf(10, 75, 30), [75]));
  test("the smallest shrink wins", () => assert.deepEqual(amountsOf(-60, -5, -30), [-5]));
  test("a raise wins over any shrink", () => assert.deepEqual(amountsOf(-5, 1, -30), [1]));
  test("amounts are not added up", () => assert.deepEqual(amountsOf(20, 20), [20]));

  test("resources and structures are merged each for themselves", () => {
    const { requests } = mergeRequests([
      requestFor("web"),
      requestFor("db"),
      requestFor("web", { resource: "mem" }),
    ]);
    assert.deepEqual(
      requests.map((request) => `${request.structure} ${request.resource}`),
      ["db cpu", "web cpu", "web mem"],
    );
  });

  test("what lost is held, and says to whom", () => {
    const loser = requestFor("web", { amount: 10 });
    const winner = requestFor("web", { amount: 75, policy: "burst-quota" });
    const { superseded } = mergeRequests([loser, winner]);
    assert.equal(superseded.length, 1);
    assert.equal(superseded[0]?.request, loser);
    assert.equal(superseded[0]?.reason.code, "superseded");
    assert.match(superseded[0]?.reason.text ?? "", /burst-quota asks for 75/);
  });

  test("does not depend on the order the requests came in", () => {
    const anyRequest = fc
      .record({
        name: fc.constantFrom("web", "db", "cache"),
        amount: fc.integer({ min: -3, max: 3 }).filter((amount) => amount !== 0),
        priority: fc.integer({ min: 0, max: 1 }),
        policy: fc.constantFrom("a", "b"),
        at: fc.integer({ min: 0, max: 1 }).map(monotonicSeconds),
      })
      .map(({ name, ...changed }) => requestFor(name, changed));
    const shuffled = fc
      .array(anyRequest, { maxLength: 12 })
      .chain((requests) =>
        fc.tuple(
          fc.constant(requests),
          fc.shuffledSubarray(requests, { minLength: requests.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([requests, others]) => {
        assert.deepEqual(mergeRequests(requests), mergeRequests(others));
      }),
    );
  });
});
