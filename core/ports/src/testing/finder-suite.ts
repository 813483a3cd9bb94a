import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { ContainerFinder } from "../finder.ts";

export interface FinderHarness {
  readonly finder: ContainerFinder;
  start(name: string): void;
  stop(name: string): void;
  /** A group beside the engine's containers that is none of them. */
  makeForeignGroup(): string;
  /** Resolves when the finder's watchers may have been called. */
  watchersCalled(): Promise<void>;
  close(): void;
}

/** The promise of `ContainerFinder`. */
export function finderSuite(name: string, make: () => FinderHarness): void {
  describe(`${name} as finder`, () => {
    let harness: FinderHarness;
    beforeEach(() => {
      harness = make();
    });
    afterEach(() => harness.close());
    const names = (): readonly string[] =>
      harness.finder
        .find()
        .containers.map((container) => container.name)
        .sort();

    test("finds what runs, and nothing when nothing runs", () => {
      assert.deepEqual(names(), []);
      harness.start("web");
      harness.start("db-1");
      assert.deepEqual(names(), ["db-1", "web"]);
    });

    test("no longer finds what has ended", () => {
      harness.start("web");
      harness.stop("web");
      assert.deepEqual(names(), []);
    });

    test("says of each container its engine and a group it owns", () => {
      harness.start("web");
      for (const { engine, group } of harness.finder.find().containers) {
        assert.equal(engine, harness.finder.engine);
        assert.equal(harness.finder.owns(group), true);
      }
    });

    test("leaves groups alone that are no containers of its engine", () => {
      const path = harness.makeForeignGroup();
      assert.deepEqual(names(), []);
      assert.equal(harness.finder.owns({ path }), false);
    });

    test("owns no group above, beside or below its containers", () => {
      harness.start("web");
      const path = harness.finder.find().containers[0]?.group.path ?? "";
      const others = ["/", path.slice(0, path.lastIndexOf("/")), `${path}/child`, `${path}/..`, ""];
      for (const other of others) assert.equal(harness.finder.owns({ path: other }), false, other);
    });

    test("a name that cannot be a structure's is reported and hides no other", () => {
      harness.start("web");
      harness.start("so-called container");
      const { containers, problems } = harness.finder.find();
      assert.deepEqual(
        containers.map((container) => container.name),
        ["web"],
      );
      assert.deepEqual(
        problems.map((problem) => problem.code),
        ["SC_NAME_INVALID"],
      );
    });

    test("tells those who watch that a container came", async () => {
      let calls = 0;
      const watch = harness.finder.watch(() => {
        calls += 1;
      });
      harness.start("web");
      await harness.watchersCalled();
      watch.cancel();
      assert.ok(calls >= 1);
    });
  });
}
