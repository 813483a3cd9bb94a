import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ApiError } from "@sc/api-client";
import { UsageError } from "../errors.ts";
import { sessionFor } from "../testing/session-fixture.ts";
import { importFiles } from "./import.ts";

describe("an import", () => {
  let folder = "";
  const fileCalled = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "sc-import-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  test("sends the files as they are, and shows what changed", async () => {
    const { api, output, session } = sessionFor();
    const paths = [fileCalled("rules.json", "[1]"), fileCalled("layout.json", "{}")];
    await importFiles(session, paths, {});
    const files = [
      { name: "rules.json", text: "[1]" },
      { name: "layout.json", text: "{}" },
    ];
    assert.deepEqual(api.asked, [{ import: { files, isDryRun: false } }]);
    assert.match(output(), /^changed:\nFILE +WHAT *\nrules\.json +rule R +\[1\]/);
  });

  test("that is dry says that nothing was changed", async () => {
    const { api, output, session } = sessionFor();
    await importFiles(session, [fileCalled("rules.json", "[]")], { dryRun: true });
    assert.match(output(), /^would change \(nothing was changed\):/);
    assert.deepEqual(
      api.asked.map((each) => Object(each).import.isDryRun),
      [true],
    );
  });

  test("that is refused names every fault before it fails", async () => {
    const { notes, session } = sessionFor();
    await assert.rejects(importFiles(session, [fileCalled("bad.json", "[]")], {}), ApiError);
    assert.match(notes.join(""), /bad\.json: rule R: is no rule/);
  });

  test("of what cannot be read, or is too much, is a matter of how it was called", async () => {
    const { session } = sessionFor();
    await assert.rejects(importFiles(session, [join(folder, "none")], {}), UsageError);
    const large = fileCalled("large.json", "x".repeat(1_100_000));
    await assert.rejects(importFiles(session, [large], {}), UsageError);
  });
});
