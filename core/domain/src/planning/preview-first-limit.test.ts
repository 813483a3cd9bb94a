import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultCpuRules } from "../policies/rules.ts";
import { settingsFor } from "../testing/sample-data.ts";
import { defaultBrakeSettings } from "./brake-settings.ts";
import { previewFirstLimit } from "./preview-first-limit.ts";

const preview = (used: number | undefined, limit: number | null, settings = settingsFor()) => {
  const input = { used, limit, settings, rules: defaultCpuRules, brakes: defaultBrakeSettings };
  const { limit: first, reason } = previewFirstLimit(input);
  return [first, reason.code];
};

const cases: readonly (readonly [
  string,
  number | undefined,
  number | null,
  number | null,
  string,
])[] = [
  ["usage above upper raises", 150, 170, 245, "usage-above-upper"],
  ["a raise stops at max", 280, 290, 300, "usage-above-upper"],
  ["a small shrink is fitted to usage", 90, 170, 135, "usage-below-lower"],
  ["a large shrink is cut to the brake", 0, 300, 210, "cut-to-brake"],
  ["an unlimited container shrinks from its max", 0, null, 210, "cut-to-brake"],
  ["usage inside the band changes nothing", 120, 170, 170, "inside-band"],
  ["no band can be under min", 0, 110, 110, "at-min"],
  ["at max there is no more", 290, 300, 300, "at-max"],
  ["unknown usage changes nothing", undefined, 170, 170, "no-data"],
  ["a limit above max goes to max", 120, 400, 300, "above-max"],
  ["a limit below min goes to min", 0, 20, 50, "below-min"],
];
for (const [title, used, limit, first, code] of cases) {
  test(`${title}: ${first}`, () => assert.deepEqual(preview(used, limit), [first, code]));
}
