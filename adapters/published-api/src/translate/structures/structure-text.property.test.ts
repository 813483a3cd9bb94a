import assert from "node:assert/strict";
import { test } from "node:test";
import { cataloguedResources } from "@sc/domain";
import type {
  ApplicationView,
  MemberResourceView,
  SubscribedContainerView,
  UserView,
} from "@sc/ports";
import fc from "fast-check";
import { sortedJson } from "../sorted-json.ts";
import { documentOf } from "./document-of.ts";
import { limitsDocument } from "./member-documents.ts";
import { structureText } from "./structure-text.ts";

const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const state = fc.constantFrom("running", "stopped");
const text = fc.string({ maxLength: 5 });
const resource: fc.Arbitrary<MemberResourceView> = fc.record({
  min: amount,
  max: amount,
  isGuarded: fc.boolean(),
  weight: maybe(amount),
  boundary: maybe(fc.record({ percent: amount, of: fc.constantFrom("max", "current") })),
  current: maybe(amount),
  used: maybe(amount),
  upper: maybe(amount),
  lower: maybe(amount),
});
const resources = fc
  .shuffledSubarray([...cataloguedResources])
  .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, resource]))));
const named = { name: text, revision: fc.nat(), isGuarded: fc.boolean(), resources };
const agent = fc.constant({ address: "10.0.0.1", port: 8000 });

const container: fc.Arbitrary<SubscribedContainerView> = fc.record({
  ...named,
  kind: fc.constant("container"),
  host: text,
  agent,
  state: maybe(state),
  application: maybe(text),
  disk: maybe(fc.record({ path: text, name: text })),
  isRunning: fc.boolean(),
});
const application: fc.Arbitrary<ApplicationView> = fc.record({
  ...named,
  kind: fc.constant("application"),
  state,
  user: maybe(text),
  containers: fc.array(text, { maxLength: 2 }),
  programs: fc.record(
    {
      ...{ installScript: text, installFiles: text, runtimeFiles: text, outputDir: text },
      ...{ startScript: text, stopScript: text, framework: text },
    },
    {
      requiredKeys: [
        ...(["installScript", "installFiles", "runtimeFiles", "outputDir"] as const),
        ...(["startScript", "stopScript"] as const),
      ],
    },
  ),
});
const user: fc.Arbitrary<UserView> = fc.record({
  ...named,
  kind: fc.constant("user"),
  applications: fc.array(text, { maxLength: 2 }),
  balancingMethod: maybe(text),
});

test("documents are written with their keys in alphabetical order, whatever is in them", () => {
  fc.assert(
    fc.property(fc.oneof(container, application, user), (view) => {
      assert.equal(structureText(view), sortedJson(documentOf(view)));
      if (view.kind === "user") return;
      const limits = limitsDocument(view);
      assert.equal(JSON.stringify(limits), sortedJson(limits));
    }),
  );
});
