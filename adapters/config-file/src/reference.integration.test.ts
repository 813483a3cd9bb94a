import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type ConfigurationKey, configurationKeys } from "@sc/contracts";

const page = readFileSync(
  new URL("../../../docs/reference/configuration.md", import.meta.url),
  "utf8",
);

const rowOf = ({ place, expected, preset, meaning }: ConfigurationKey): string =>
  `| \`${place}\` | ${preset === undefined ? "see below" : `\`${JSON.stringify(preset)}\``} | ${expected} | ${meaning} |`;

test("the reference page has a row for every key of the configuration, and no other", () => {
  const rows = page.split("\n").filter((line) => /^\| `[a-z]+[.`]/i.test(line));
  assert.deepEqual(rows.toSorted(), configurationKeys().map(rowOf).toSorted());
});
