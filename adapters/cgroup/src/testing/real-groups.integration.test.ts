import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { describe, test } from "node:test";
import { RealGroups, whyNoRealGroups } from "./real-groups.ts";

describe("groups for tests", { skip: whyNoRealGroups() }, () => {
  test("those that a killed run left behind are removed by the next one", async () => {
    const dead = spawnSync("true").pid;
    const first = new RealGroups("first");
    const left = first.folder("cpu", `/sc-test-killed-${dead}`);
    mkdirSync(`${left}/below`, { recursive: true });
    const next = new RealGroups("next");
    assert.equal(existsSync(left), false);
    assert.equal(existsSync(first.folder("cpu", first.root)), true);
    for (const groups of [first, next]) await groups.close();
  });
});
