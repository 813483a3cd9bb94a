/*
 * The published vectors of the request filter, by their section. Published, the newest request
 * counts and all others are lost; ours keeps the one that leaves the container most, whatever its
 * age, because a request is planned in the moment it comes in and none waits to grow old.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ScalingRequest } from "../messages/messages.ts";
import { requestFor } from "../testing/sample-data.ts";
import { monotonicSeconds } from "../units/time.ts";
import { mergeRequests } from "./merge-requests.ts";

const request = (at: number, changed: Partial<ScalingRequest> = {}): ScalingRequest =>
  requestFor("web", { at: monotonicSeconds(at), ...changed });

interface Row {
  readonly vector: string;
  readonly ours?: string;
  readonly requests: readonly ScalingRequest[];
  /** The place among the requests of those that are kept. */
  readonly kept: readonly number[];
}

const rows: readonly Row[] = [
  {
    vector: "age 61 is deleted, age 59 kept",
    ours: "age decides nothing, because none waits; what was done since is held by the plan",
    requests: [request(0, { amount: 75 }), request(2, { amount: 30 })],
    kept: [0],
  },
  {
    vector: "same key: the newer is kept",
    requests: [request(10), request(20)],
    kept: [1],
  },
  {
    vector: "same key: the newer is kept",
    ours: "of other amounts the larger, because who asked last need not know most",
    requests: [request(10, { amount: 75 }), request(20, { amount: 30 })],
    kept: [0],
  },
  {
    vector: "equal age: the later listed is kept",
    ours: "by the policy's name, because the order of arrival must not show",
    requests: [request(10, { policy: "b" }), request(10, { policy: "a" })],
    kept: [1],
  },
  {
    vector: "priority 2, older, is kept before priority 0, newer",
    requests: [request(10, { priority: 2 }), request(20)],
    kept: [0],
  },
  {
    vector: "priority 2, older, is kept before priority 0, newer",
    ours: "not if the other asks for more, because priority is between containers",
    requests: [request(10, { priority: 2, amount: 30 }), request(20, { amount: 75 })],
    kept: [1],
  },
  {
    vector: "one without a priority: the newer is kept",
    ours: "none is without, because it comes from the settings, where it is 0 by default",
    requests: [request(20, { priority: 0 }), request(10, { priority: 0 })],
    kept: [0],
  },
  {
    vector: "up and down are both kept",
    ours: "up, because both would write the same limit",
    requests: [request(20, { amount: -20 }), request(10, { amount: 10 })],
    kept: [1],
  },
];

describe("5.6, the request filter", () => {
  for (const { vector, ours, requests, kept } of rows) {
    const title = ours === undefined ? vector : `${vector}; ours: ${ours}`;
    test(`5.6: ${title}`, () => {
      const merged = mergeRequests(requests);
      assert.deepEqual(
        merged.requests.map((one) => requests.indexOf(one)),
        kept,
      );
      // What is not kept is not lost without a word.
      assert.equal(merged.superseded.length, requests.length - kept.length);
    });
  }

  test("5.6: requests for max and those of a pair; ours: there are none, because max is a setting and an exchange is two requests", () => {
    const fields = Object.keys(requestFor("web"));
    assert.deepEqual(
      fields.filter((field) => ["field", "pair", "pairStructure"].includes(field)),
      [],
    );
  });
});
