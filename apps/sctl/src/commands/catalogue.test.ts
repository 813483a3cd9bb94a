import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { UsageError } from "../errors.ts";
import { createProgram, runProgram } from "../program.ts";
import { sessionFor } from "../testing/session-fixture.ts";
import {
  attach,
  change,
  declare,
  detach,
  getDeclared,
  listDeclared,
  removeDeclared,
  updateOf,
} from "./catalogue.ts";

const usageError = (words: RegExp) => (error: unknown) =>
  error instanceof UsageError && words.test(error.message);

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "sc-declared-"));
  writeFileSync(join(folder, "shop.json"), '{"isGuarded":true}');
});
after(() => rmSync(folder, { recursive: true }));

describe("what clients declared", () => {
  for (const [collection, line] of [
    ["hosts", /^host1 +pinned +280 free of 400 +- +web$/m],
    ["subscriptions", /^web +shop +yes +120 of 50\.\.300 +-$/m],
    ["applications", /^shop +ann +no +120 of 50\.\.300 +- +web$/m],
    ["users", /^ann +120 of 0\.\.400 +- +shop$/m],
  ] as const) {
    test(`is listed and shown: ${collection}`, async () => {
      const listing = sessionFor();
      await listDeclared(listing.session, collection);
      assert.match(listing.output(), line);
      const showing = sessionFor();
      await getDeclared(showing.session, collection, "any");
      assert.match(showing.output(), /^RESOURCE /m);
      assert.match(showing.output(), /^cpu /m);
    });
  }

  test("is shown with every figure of every resource", async () => {
    const { output, session } = sessionFor();
    await getDeclared(session, "subscriptions", "web");
    assert.match(output(), /^cpu +50 +300 +yes +120 +1\.5 +10 % of max +270$/m);
    assert.match(output(), /^application +shop$/m);
  });

  test("is declared as a file says, or only shown", async () => {
    const { api, notes, output, session } = sessionFor();
    const shop = { collection: "applications", name: "shop" } as const;
    const file = join(folder, "shop.json");
    await declare(session, shop, { file, dryRun: true });
    assert.deepEqual(api.asked, []);
    assert.match(notes.join(""), /would declare/);
    assert.match(output(), /"isGuarded": true/);
    await declare(session, shop, { file });
    const body = { isGuarded: true };
    assert.deepEqual(api.asked, [{ declare: "applications", name: "shop", body }]);
    await assert.rejects(declare(session, shop, { file: folder }), usageError(/cannot be read/));
  });

  test("changes in what is named, from the revision that was looked at", async () => {
    const { api, session } = sessionFor();
    const web = { collection: "subscriptions", name: "web" } as const;
    await change(session, web, { resource: "cpu", max: 200, unguard: true, dryRun: true });
    assert.deepEqual(api.asked, []);
    await change(session, web, { resource: "cpu", max: 200, unguard: true });
    const update = { resources: { cpu: { max: 200, isGuarded: false } } };
    assert.deepEqual(api.asked, [{ changeDeclared: { ...web, update, revision: 2 } }]);
  });

  test("is guarded as a whole where no resource is named", () => {
    assert.deepEqual(updateOf({ guard: true }), { isGuarded: true });
    assert.deepEqual(updateOf({ state: "running" }), { state: "running" });
    const figures = { min: 1, max: 2, current: 3, weight: 4, boundary: 5 };
    assert.deepEqual(updateOf({ resource: "energy", ...figures, boundaryOf: "max" }), {
      resources: {
        energy: { min: 1, max: 2, current: 3, weight: 4, boundaryPercent: 5, boundaryOf: "max" },
      },
    });
    assert.throws(() => updateOf({ max: 5 }), usageError(/--resource/));
    assert.throws(() => updateOf({ resource: "cpu" }), usageError(/nothing to change/));
    assert.throws(() => updateOf({ guard: true, unguard: true }), usageError(/not both/));
  });

  test("is removed, joined and left", async () => {
    const { api, output, session } = sessionFor();
    const membership = { collection: "users", name: "ann", member: "shop" } as const;
    await removeDeclared(session, "hosts", "host1");
    await attach(session, membership);
    await detach(session, membership);
    assert.deepEqual(api.asked, [
      { removeDeclared: "hosts", name: "host1" },
      { attach: membership },
      { detach: membership },
    ]);
    assert.match(output(), /^host1 is removed from the hosts$/m);
  });
});

test("the words of the command line cannot be mistaken", async () => {
  for (const [args, why] of [
    [["apps", "declare", "shop"], /--file/],
    [["apps", "set", "a b", "--guard"], /not a name/],
    [["users", "attach", "ann"], /application/],
    [["hosts", "set", "host1", "--resource", "gpu", "--max", "5"], /Allowed choices/i],
  ] as const) {
    const program = createProgram(sessionFor().session.terminal);
    await assert.rejects(runProgram(program, args), usageError(why));
  }
});
