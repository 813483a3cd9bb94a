import assert from "node:assert/strict";
import { test } from "node:test";
import { findSettingsFaults } from "./settings-faults.ts";

const cases: readonly (readonly [content: object, field: string, said: RegExp])[] = [
  [{ learningSeconds: -1 }, "learningSeconds", /is -1, expected a number from 0 to 86400/],
  [{ learningSeconds: "5" }, "learningSeconds", /is "5"/],
  [{ learningSeconds: Number.NaN }, "learningSeconds", /is NaN/],
  [{ hostShrinksPerMinute: 1.5 }, "hostShrinksPerMinute", /a whole number/],
  [{ isActive: 1 }, "isActive", /true or false/],
  [{ bogus: 1 }, "bogus", /not a known key/],
];
for (const [content, field, said] of cases) {
  test(`${JSON.stringify(content)} is a fault of ${field}, with the bound`, () => {
    const [fault, ...more] = findSettingsFaults("scaler", content);
    assert.equal(fault?.field, field);
    assert.match(fault?.text ?? "", said);
    assert.deepEqual(more, []);
  });
}

test("some of a service's settings, each within its bounds, are no fault", () => {
  assert.deepEqual(findSettingsFaults("scaler", { learningSeconds: 0, isActive: false }), []);
  assert.deepEqual(findSettingsFaults("guardian", { windowSeconds: null }), []);
});
