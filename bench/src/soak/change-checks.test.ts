import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Change } from "@sc/contracts";
import { ChangeChecks, type Promised } from "./change-checks.ts";
import { Findings } from "./findings.ts";

const usual = {
  structure: "web",
  resource: "cpu",
  outcome: "applied",
  old: 40,
  new: 20,
  author: "policy serverless-rules",
  reason: { code: "usage-below-lower", text: "used 3 of 40 shares" },
  stamp: 1000,
} as const satisfies Change;

const web: Promised = {
  madeAt: 0,
  unnoticed: [],
  bandsAt: () => [{ min: 10, max: 50 }],
  firstAmount: () => 40,
};

/** The rules that these changes of one container break. */
function brokenBy(changes: readonly Change[], promised: Partial<Promised> = {}): readonly string[] {
  const findings = new Findings(() => {});
  const known = { ...web, unnoticed: [], ...promised };
  const checks = new ChangeChecks((name) => (name === "web" ? known : undefined), findings);
  for (const change of changes) checks.take(change);
  return findings.kept.map((line) => /^[\d.]+ s {2}([a-z-]+):/.exec(line)?.[1] ?? line);
}

const noticed: Change = {
  ...usual,
  outcome: "noticed",
  new: 30,
  author: "other hand",
  reason: { code: "drift-adopted", text: "another hand made 40 shares into 30" },
};

describe("changes as the server tells them", () => {
  const released: Change = { ...usual, old: 20, new: 40, author: "agent release" };
  for (const [title, changes, promised] of [
    ["join up", [usual, { ...usual, old: 20, new: 12 }, { ...released, old: 12 }], {}],
    ["may be refused, whatever was wanted", [{ ...usual, outcome: "refused", new: 1 }], {}],
    ["may be another hand's, once", [noticed], { unnoticed: [{ resource: "cpu", amount: 30 }] }],
    ["may be of who made the container", [{ ...noticed, old: null, new: 40 }], {}],
    ["may be of the container before", [{ ...usual, new: 5 }], { madeAt: 999_000 }],
    ["are not judged of a container nobody knows", [{ ...usual, structure: "db", new: 5 }], {}],
  ] as const satisfies readonly (readonly [string, readonly Change[], Partial<Promised>])[]) {
    test(title, () => assert.deepEqual(brokenBy(changes, promised), []));
  }

  for (const [invariant, changes] of [
    ["unexplained", [{ ...usual, author: "" }]],
    ["unexplained", [{ ...usual, reason: { code: "usage-below-lower", text: "" } }]],
    ["chain-broken", [usual, { ...usual, old: 25, new: 12 }]],
    ["outside-band", [{ ...usual, new: 9.9 }]],
    ["outside-band", [{ ...usual, new: 50.1 }]],
    ["outside-band", [{ ...usual, new: null }]],
    ["not-first-limit", [{ ...released, new: 45 }]],
    ["no-other-hand", [noticed]],
  ] as const satisfies readonly (readonly [string, readonly Change[]])[]) {
    const last = JSON.stringify(changes.at(-1));
    test(`are found where ${invariant}: ${last}`, () => {
      assert.deepEqual(brokenBy(changes), [invariant]);
    });
  }

  test("of another process join up among themselves", () => {
    const findings = new Findings(() => {});
    const checks = new ChangeChecks(() => web, findings);
    checks.take(usual);
    checks.beginAnew();
    checks.take({ ...usual, old: 33, new: 31 });
    assert.equal(findings.count, 0);
  });
});
