import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { RuleDocument } from "@sc/contracts";
import { UsageError } from "../errors.ts";
import { guardianSettings, raise, sessionFor } from "../testing/session-fixture.ts";
import { getRule, isActiveOf, removeRule, rules, setRule } from "./rules.ts";
import { getSettings, setSettings, settings } from "./settings.ts";

const usageError = (words: RegExp) => (error: unknown) =>
  error instanceof UsageError && words.test(error.message);

describe("rules", () => {
  test("are listed with what they do and where they come from", async () => {
    const { output, session } = sessionFor();
    await rules(session);
    assert.match(output(), /^cpu_rescale_up +cpu +up +yes +by 75, spends 1 event +preset +0$/m);
  });

  test("are shown with their condition", async () => {
    const { output, session } = sessionFor();
    await getRule(session, "cpu_rescale_up");
    assert.match(output(), /^condition +\{">=":\[\{"var":"events\.scale\.up"\},1\]\}$/m);
  });

  test("change in what is named, from the revision that was looked at", async () => {
    const { api, session } = sessionFor();
    await setRule(session, "cpu_rescale_up", { isActive: false, amount: 50, events: 3 });
    const rule = {
      ...raise.rule,
      isActive: false,
      condition: { ">=": [{ var: "events.scale.up" }, 3] },
      rescale: { kind: "amount", amount: 50 },
      eventsToRemove: 3,
    };
    assert.deepEqual(api.asked, [{ putRule: "cpu_rescale_up", rule, revision: 0 }]);
  });

  test("of events in a longer condition change at the one place they are counted", async () => {
    const { api, session } = sessionFor();
    const up = { "<=": [{ var: "events.scale.up" }, 0] };
    const condition = (count: number) => ({
      and: [{ ">=": [{ var: "events.scale.down" }, count] }, up],
    });
    const rule: RuleDocument = {
      ...raise.rule,
      kind: "request",
      direction: "down",
      condition: condition(6),
      rescale: { kind: "fit_to_usage" },
      eventsToRemove: 6,
    };
    api.rule = async (name) => ({ ...raise, name, rule });
    await setRule(session, "cpu_rescale_down", { events: 8 });
    const changed = { ...rule, condition: condition(8), eventsToRemove: 8 };
    assert.deepEqual(api.asked, [{ putRule: "cpu_rescale_down", rule: changed, revision: 0 }]);
    await assert.rejects(
      setRule(session, "cpu_rescale_down", { amount: 5 }),
      usageError(/no amount: it fits to usage/),
    );
  });

  test("whose condition counts in another way are left alone", async () => {
    const { api, session } = sessionFor();
    api.rule = async (name) => ({ ...raise, name, rule: { ...raise.rule, condition: true } });
    await assert.rejects(setRule(session, "mine", { events: 2 }), usageError(/0 times.*--file/));
    assert.deepEqual(api.asked, []);
  });

  test("are set by a file or by values, one of the two", async () => {
    const { session } = sessionFor();
    await assert.rejects(setRule(session, "mine", {}), usageError(/--file/));
    await assert.rejects(setRule(session, "mine", { file: "x", amount: 1 }), usageError(/--file/));
    assert.throws(() => isActiveOf({ active: true, inactive: true }), UsageError);
    assert.deepEqual([{ active: true }, { inactive: true }, {}].map(isActiveOf), [
      true,
      false,
      undefined,
    ]);
  });

  test("are shown and not set with --dry-run", async () => {
    const { api, output, session } = sessionFor();
    await setRule(session, "cpu_rescale_up", { amount: 50, dryRun: true });
    assert.deepEqual(api.asked, []);
    assert.match(output(), /"amount": 50/);
  });

  test("go back to their preset, or are gone", async () => {
    const { api, output, session } = sessionFor();
    await removeRule(session, "cpu_rescale_up");
    api.removeRule = async () => undefined;
    await removeRule(session, "mine");
    assert.equal(output(), "cpu_rescale_up is its preset again\nmine is removed\n");
  });
});

describe("a file with a rule", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "sc-rule-"));
  });
  after(() => rmSync(folder, { recursive: true }));
  const file = (words: string): string => {
    const path = join(folder, "rule.json");
    writeFileSync(path, words);
    return path;
  };

  test("is taken as the API takes it, without a revision", async () => {
    const { api, session } = sessionFor();
    await setRule(session, "mine", { file: file(JSON.stringify(raise.rule)) });
    assert.deepEqual(api.asked, [{ putRule: "mine", rule: raise.rule, revision: undefined }]);
  });

  test("is taken as it was written for programs, with the revision it had then", async () => {
    const { api, session } = sessionFor();
    await setRule(session, "mine", { file: file(JSON.stringify({ ...raise, revision: 4 })) });
    assert.deepEqual(api.asked, [{ putRule: "mine", rule: raise.rule, revision: 4 }]);
  });

  for (const words of ["", "{", "[]", "null", "7", '"x"', '{"kind":"other"}', '{"rule":null}']) {
    test(`that holds none is refused: ${words}`, async () => {
      const { api, session } = sessionFor();
      await assert.rejects(setRule(session, "mine", { file: file(words) }), UsageError);
      assert.deepEqual(api.asked, []);
    });
  }

  test("that is not there is refused", async () => {
    const { session } = sessionFor();
    const gone = join(folder, "gone.json");
    await assert.rejects(setRule(session, "mine", { file: gone }), usageError(/cannot be read/));
  });
});

describe("settings", () => {
  test("are listed with what differs from the preset", async () => {
    const { output, session } = sessionFor();
    await settings(session);
    assert.match(output(), /^guardian +2 +noDataSeconds=60$/m);
  });

  test("of one service stand beside their presets", async () => {
    const { output, session } = sessionFor();
    await getSettings(session, "guardian");
    assert.match(output(), /^noDataSeconds +60 +30 +changed$/m);
    assert.match(output(), /^windowSeconds +null +null$/m);
  });

  test("get the kind the server's answer has, and go back to their presets", async () => {
    const { api, session } = sessionFor();
    await setSettings(session, "guardian", {
      assignments: ["isActive=false", "windowSeconds=0.5", "noDataSeconds="],
      reset: ["eventTimeoutWindows"],
    });
    const update = {
      isActive: false,
      windowSeconds: 0.5,
      noDataSeconds: null,
      eventTimeoutWindows: null,
    };
    assert.deepEqual(api.asked, [{ updateSettings: "guardian", update, revision: 2 }]);
  });

  test("that are words stay words", async () => {
    const { api, session } = sessionFor();
    const values = {
      autoSeconds: 0.1,
      allSeconds: 1,
      reservePercent: 10,
      overcommit: 1,
      drift: "adopt",
      oomControl: false,
    } as const;
    api.settingsOf = async () => ({
      service: "node-agent",
      revision: 0,
      values,
      presets: values,
    });
    await setSettings(session, "node-agent", { assignments: ["drift=hold"] });
    const update = { drift: "hold" };
    assert.deepEqual(api.asked, [{ updateSettings: "node-agent", update, revision: 0 }]);
  });

  for (const assignment of [
    "noDataSeconds",
    "=5",
    "no such=5",
    "unknownKey=5",
    "__proto__=5",
    "noDataSeconds=many",
    "noDataSeconds=NaN",
    "noDataSeconds=null",
    "isActive=1",
    "isActive=yes",
  ]) {
    test(`are not set by ${assignment}`, async () => {
      const { api, session } = sessionFor();
      const options = { assignments: [assignment] };
      await assert.rejects(setSettings(session, "guardian", options), UsageError);
      assert.deepEqual(api.asked, []);
    });
  }

  test("are not set by nothing", async () => {
    const { session } = sessionFor();
    await assert.rejects(setSettings(session, "guardian", { assignments: [] }), UsageError);
  });

  test("are shown and not set with --dry-run", async () => {
    const { api, output, session } = sessionFor();
    const assignments = ["noDataSeconds=", "isActive=false"];
    await setSettings(session, "guardian", { assignments, dryRun: true });
    assert.deepEqual(api.asked, []);
    assert.equal(output(), "noDataSeconds: 60 → 30\nisActive: true → false\n");
    assert.equal(guardianSettings.revision, 2);
  });
});
