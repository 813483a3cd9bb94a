import assert from "node:assert/strict";
import { configurationKeys, serviceSettingsSchemas } from "@sc/contracts";
import { anyText, anyValue, fuzzTarget, spoiled } from "@sc/domain/testing";
import fc from "fast-check";
import { stringify } from "yaml";
import { ConfigurationInvalid } from "./errors.ts";
import { parseConfiguration } from "./parse-configuration.ts";
import { findSettingsFaults } from "./settings-faults.ts";

const folders = { configurationFile: "/c/config.yaml", run: "/r/sc", state: "/s/sc" };
const defaults = parseConfiguration("", { path: "", folders });

/** A configuration, or every fault of it: nothing else, and nothing too long to read. */
function checkText(text: string): void {
  let written: string;
  try {
    written = stringify(parseConfiguration(text, { path: "/c/config.yaml", folders }));
  } catch (error) {
    assert.ok(error instanceof ConfigurationInvalid, error instanceof Error ? error.stack : "");
    assert.ok(error.faults.length > 0);
    for (const fault of error.faults) {
      assert.ok(fault.text.length < 1000 && fault.place.length < 1000);
      assert.doesNotMatch(fault.text + fault.place, /\p{Cc}/u);
    }
    return;
  }
  // What was taken is taken again when it is written out.
  assert.equal(stringify(parseConfiguration(written, { path: "", folders })), written);
}

const good = fc.constantFrom(
  stringify(defaults),
  "sampling: { autoSeconds: 0.5 }\napi: { listen: null }\n",
  "engines:\n  plain:\n    roots: [/my.slice]\n# end\n",
  "defaults: &a\n  cpu: { mode: auto }\nserverlessRules:\n  cpu: { upper: 90 }\n",
);
const yamlPieces = fc.constantFrom(
  ..."[]{}:,#&*!|>?-%@`'\"\n\t ~=<".split(""),
  "- ",
  ": ",
  "---\n",
  "...\n",
  "&a ",
  "*a",
  "<<: *a",
  "!!binary ",
  "!!set ",
  "!<tag:x> ",
  "%YAML 1.1\n",
  "sampling",
  "autoSeconds",
  "0o17",
  ".inf",
  "1e999",
  "2026-01-01",
);
/** Each anchor is made of many of the one before it. */
const bomb = fc
  .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 12 }))
  .map(([levels, width]) => {
    const lines = ["a0: &a0 x"];
    for (let level = 1; level <= levels; level += 1) {
      const parts = Array.from({ length: width }, () => `*a${level - 1}`);
      lines.push(`a${level}: &a${level} [${parts.join(", ")}]`);
    }
    return lines.join("\n");
  });
const nested = fc
  .tuple(
    fc.constantFrom("[", "{a: ", "- ", "? ", "!x ", "{sampling: "),
    fc.integer({ max: 20_000, min: 1 }),
  )
  .map(([opening, depth]) => opening.repeat(depth));
const long = fc
  .tuple(
    fc.constantFrom("a", " ", "#", "-", "a: 1\n", "\n", '"', "&a *a "),
    fc.integer({ max: 50_000, min: 1 }),
  )
  .map(([piece, count]) => piece.repeat(count));
const text = fc.oneof(
  { weight: 4, arbitrary: spoiled(good) },
  { weight: 4, arbitrary: fc.array(yamlPieces, { maxLength: 40 }).map((parts) => parts.join("")) },
  { weight: 2, arbitrary: anyText },
  { weight: 1, arbitrary: fc.oneof(bomb, nested, long) },
);

/** Any value under any key that there is, and under some that are not. */
const keyPath = fc.oneof(
  fc.constantFrom(...configurationKeys().map(({ place }) => place.split("."))),
  fc.array(anyText, { minLength: 1, maxLength: 3 }),
);
const nest = ([path, value]: readonly [readonly string[], unknown]): unknown =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
const anyKey = fc.oneof(anyValue, fc.double(), fc.constantFrom("auto", "/x", 1));
const object = fc
  .array(fc.tuple(keyPath, anyKey), { maxLength: 4 })
  .map((entries): unknown => Object.assign({}, ...entries.map(nest)));

const services = fc.constantFrom(...(Object.keys(serviceSettingsSchemas) as ServiceName[]));
type ServiceName = keyof typeof serviceSettingsSchemas;

export const targets = [
  fuzzTarget("configuration-text", text, checkText),
  fuzzTarget("configuration-values", object, (made) => checkText(JSON.stringify(made))),
  fuzzTarget(
    "settings-documents",
    fc.tuple(services, fc.dictionary(fc.oneof(anyText, fc.constant("isActive")), anyValue)),
    ([service, content]) => {
      for (const fault of findSettingsFaults(service, content)) {
        assert.ok(fault.text.length < 1000, fault.text);
      }
    },
  ),
];
