import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { shareCores } from "./share-cores.ts";

describe("shareCores", () => {
  const rows = [
    { what: "nobody wants anything", capacity: 2, claims: [], given: [] },
    {
      what: "all fits: everyone gets what it wants",
      capacity: 2,
      claims: [
        { wanted: 1, weight: 1 },
        { wanted: 0.5, weight: 9 },
      ],
      given: [1, 0.5],
    },
    {
      what: "too little: it is divided by weight",
      capacity: 1,
      claims: [
        { wanted: 1, weight: 100 },
        { wanted: 1, weight: 300 },
      ],
      given: [0.25, 0.75],
    },
    {
      what: "what one does not want goes to the others",
      capacity: 1,
      claims: [
        { wanted: 0.25, weight: 800 },
        { wanted: 1, weight: 100 },
        { wanted: 1, weight: 100 },
      ],
      given: [0.25, 0.375, 0.375],
    },
  ];
  for (const { what, capacity, claims, given } of rows) {
    test(`when ${what}`, () => assert.deepEqual(shareCores(capacity, claims), given));
  }
});
