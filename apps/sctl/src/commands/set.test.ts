import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CommandFailed, UsageError } from "../errors.ts";
import { sessionFor } from "../testing/session-fixture.ts";
import { set } from "./set.ts";

const toAuto = { mode: "auto" } as const;
const autoUpdate = { setMode: "web", update: { mode: "auto", resources: ["cpu"] } };

describe("set --mode auto", () => {
  test("shows first limit, band and reason, and asks", async () => {
    const { api, notes, questions, session } = sessionFor({ answer: true });
    await set(session, "web", toAuto);
    assert.deepEqual(notes, [
      "web cpu: 200 → 140, then between 10 and 200; no shrink for 4 min (learning); it uses 41 of 200",
    ]);
    assert.equal(questions.length, 1);
    assert.deepEqual(api.asked, [autoUpdate]);
  });

  test("changes nothing when the answer is no", async () => {
    const { api, session } = sessionFor({ answer: false });
    await assert.rejects(set(session, "web", toAuto), CommandFailed);
    assert.deepEqual(api.asked, []);
  });

  test("does not ask with --yes, and still shows", async () => {
    const { api, notes, questions, session } = sessionFor();
    await set(session, "web", { ...toAuto, yes: true });
    assert.equal(notes.length, 1);
    assert.deepEqual(questions, []);
    assert.deepEqual(api.asked, [autoUpdate]);
  });

  test("where nobody can answer is refused and says what to add", async () => {
    const { api, session } = sessionFor();
    await assert.rejects(
      set(session, "web", { ...toAuto, max: 150 }),
      (error) => error instanceof UsageError && /add --yes/.test(error.message),
    );
    assert.deepEqual(api.asked, []);
  });
});

describe("set", () => {
  test("out of auto is never asked about", async () => {
    const { api, session } = sessionFor();
    await set(session, "web", { mode: "observe" });
    assert.deepEqual(api.asked, [
      { setMode: "web", update: { mode: "observe", resources: ["cpu"] } },
    ]);
  });

  test("sets limits before the mode", async () => {
    const { api, session } = sessionFor();
    await set(session, "web", { ...toAuto, min: 20, boundary: 15, yes: true });
    assert.deepEqual(api.asked, [
      { setLimits: "web", update: { resource: "cpu", min: 20, boundaryPercent: 15 } },
      autoUpdate,
    ]);
  });

  test("shows what is in force then, and warnings beside it", async () => {
    const { api, notes, output, session } = sessionFor();
    api.warnings = ["not saved"];
    await set(session, "web", { mode: "recommend" });
    assert.match(
      output(),
      /^web cpu: recommend by serverless-rules, 10 to 200, boundary 10 % of max$/m,
    );
    assert.deepEqual(notes, ["warning: not saved"]);
  });

  test("gives one resource to another policy", async () => {
    const { api, session } = sessionFor();
    await set(session, "web", { resource: ["mem"], policy: "percentile" });
    assert.deepEqual(api.asked, [
      { setLimits: "web", update: { resource: "mem", policy: "percentile" } },
    ]);
  });

  test("with nothing to set is refused", async () => {
    const { session } = sessionFor();
    await assert.rejects(set(session, "web", { resource: ["mem"] }), UsageError);
  });

  test("--dry-run changes nothing and needs no answer", async () => {
    const { api, output, session } = sessionFor();
    await set(session, "web", { ...toAuto, max: 150, dryRun: true });
    assert.deepEqual(api.asked, []);
    assert.match(output(), /^would set cpu max 150$/m);
    assert.match(output(), /^web cpu: 200 → 140/m);
  });

  test("of both resources shows and sets both, and asks once", async () => {
    const { api, notes, questions, session } = sessionFor({ answer: true });
    await set(session, "web", { ...toAuto, resource: ["cpu", "mem"] });
    assert.equal(notes.length, 2);
    assert.match(notes[1] ?? "", /^web mem: /);
    assert.equal(questions.length, 1);
    assert.deepEqual(api.asked, [
      { setMode: "web", update: { mode: "auto", resources: ["cpu", "mem"] } },
    ]);
  });

  test("of limits is about the one resource that is named", async () => {
    const { api, session } = sessionFor();
    await set(session, "web", { resource: ["mem"], max: 512 });
    assert.deepEqual(api.asked, [{ setLimits: "web", update: { resource: "mem", max: 512 } }]);
    await assert.rejects(
      set(session, "web", { resource: ["cpu", "mem"], max: 512 }),
      (error) => error instanceof UsageError && /one resource/.test(error.message),
    );
  });
});
