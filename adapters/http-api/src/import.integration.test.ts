import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { useApi } from "./testing/api-harness.ts";

describe("an import", () => {
  const api = useApi();
  const ask = (files: readonly object[], isDryRun = true) =>
    api().overSocket({ method: "POST", path: "/api/v1/import", body: { files, isDryRun } });

  test("is handed on with its files, and what it leads to comes back", async () => {
    const files = [{ name: "rules.json", text: "[]" }];
    const answer = await ask(files, false);
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.body, {
      changes: [{ file: "rules.json", field: "rule R", text: "is no rule" }],
      leftOut: [],
      configuration: [],
    });
    assert.deepEqual(api().imports.asked, [{ files, options: { isDryRun: false } }]);
  });

  test("that is refused says which file and which field", async () => {
    const answer = await ask([{ name: "bad.json", text: "[]" }]);
    assert.equal(answer.status, 400);
    const { code, errors } = Object(answer.body);
    assert.deepEqual(
      [code, errors],
      ["SC_IMPORT_REFUSED", [{ field: "bad.json: rule R", detail: "is no rule" }]],
    );
  });

  test("may be larger than other bodies", async () => {
    const answer = await ask([{ name: "rules.json", text: "x".repeat(1_000_000) }]);
    assert.equal(answer.status, 200);
    assert.equal((await ask([{ name: "rules.json", text: "x".repeat(3_000_000) }])).status, 413);
  });

  test("names its files, and says whether it is dry", async () => {
    for (const files of [[], [{ name: "", text: "" }], [{ name: "a" }]]) {
      assert.equal((await ask(files)).status, 400);
    }
    assert.deepEqual(api().imports.asked, []);
  });
});
