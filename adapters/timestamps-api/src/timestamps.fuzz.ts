import assert from "node:assert/strict";
import { anyText, anyValue, fuzzTarget, spoiled } from "@sc/domain/testing";
import fc from "fast-check";
import { draftOf } from "./documents.ts";
import { Refused } from "./errors.ts";
import { fields, fits, questionOf } from "./question.ts";

const good = JSON.stringify({ experiment_id: "load", username: "ana", start_time: 1, tags: "x" });
const conditions = fc.oneof(
  anyText,
  fc.json(),
  spoiled(fc.constant(good)),
  fc
    .dictionary(fc.constantFrom(...fields, "__proto__", "$or", "constructor"), anyValue)
    .map((condition) => JSON.stringify(condition) ?? ""),
);
const bodies = fc.oneof(
  anyValue,
  fc.dictionary(fc.constantFrom(...fields, "_etag", "__proto__", "more"), anyValue),
);

function refusedOnly(run: () => void): void {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof Refused && error.status < 500, String(error));
  }
}

export const targets = [
  // A condition is understood or refused, and a document that fits has what was asked for.
  fuzzTarget("timestamp-conditions", conditions, (text) =>
    refusedOnly(() => {
      const { where } = questionOf(new URLSearchParams({ where: text }));
      for (const key of where.keys()) assert.ok(fields.some((field) => field === key));
      assert.equal(fits(Object.fromEntries(where), where), true);
      if (where.size > 0) fits({}, where);
    }),
  ),
  fuzzTarget("timestamp-documents", bodies, (body) =>
    refusedOnly(() => {
      for (const collection of ["experiments", "tests"] as const) {
        const { content } = draftOf(collection, body);
        assert.ok(content.experimentId !== "" && content.username !== "");
      }
    }),
  ),
];
