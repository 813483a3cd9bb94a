import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { checkConfiguration } from "./check-configuration.ts";

describe("checking a configuration", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "sc-check-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  function check(text: string) {
    const configPath = join(folder, "config.yaml");
    writeFileSync(configPath, text);
    return checkConfiguration({ configPath });
  }

  test("answers with what would be in force, every default filled in", () => {
    const checked = check("sampling: { autoSeconds: 0.5 }");
    assert.ok(checked.isValid);
    const { sampling, history } = checked.configuration;
    assert.deepEqual([sampling.autoSeconds, history.rawHours], [0.5, 24]);
  });

  test("answers with every fault, its place and its line", () => {
    const checked = check("bogus: 1\nsampling:\n  autoSeconds: 0\n");
    assert.ok(!checked.isValid);
    assert.deepEqual(
      checked.faults.map(({ place, line }) => [place, line]),
      [
        ["bogus", 1],
        ["sampling.autoSeconds", 3],
      ],
    );
  });

  test("a file that is not there is a fault of the file", () => {
    const checked = checkConfiguration({ configPath: join(folder, "absent.yaml") });
    assert.equal(checked.isValid, false);
  });
});
