import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as delay, setImmediate as immediate } from "node:timers/promises";
import { finderSuite } from "@sc/ports/testing";
import { LxcFinder } from "./lxc-finder.ts";
import { realContainerSuite } from "./real-container-suite.ts";

finderSuite("LxcFinder in a folder", () => {
  const hierarchy = mkdtempSync(join(tmpdir(), "sc-lxc-"));
  const folderOf = (name: string): string => join(hierarchy, `lxc.payload.${name}`);
  return {
    finder: new LxcFinder({ hierarchy }),
    start: (name) => mkdirSync(folderOf(name)),
    stop: (name) => rmdirSync(folderOf(name)),
    makeForeignGroup: () => {
      mkdirSync(join(hierarchy, "lxc.monitor.web"));
      return "/lxc.monitor.web";
    },
    watchersCalled: async () => {
      await delay(50);
      // Timers come before what the kernel told: on a busy machine it is heard only after them.
      await immediate();
    },
    close: () => rmSync(hierarchy, { recursive: true }),
  };
});

describe("LxcFinder", () => {
  let hierarchy: string;
  beforeEach(() => {
    hierarchy = mkdtempSync(join(tmpdir(), "sc-lxc-"));
    for (const name of ["web", "db"]) mkdirSync(join(hierarchy, `lxc.payload.${name}`));
  });
  afterEach(() => rmSync(hierarchy, { recursive: true }));

  test("finds and owns only the containers that are wanted", () => {
    const finder = new LxcFinder({ hierarchy, isWanted: (name) => name === "web" });
    assert.deepEqual(
      finder.find().containers.map(({ name }) => name),
      ["web"],
    );
    assert.equal(finder.owns({ path: "/lxc.payload.web" }), true);
    assert.equal(finder.owns({ path: "/lxc.payload.db" }), false);
  });

  test("owns no group with an empty name", () => {
    assert.equal(new LxcFinder({ hierarchy }).owns({ path: "/lxc.payload." }), false);
  });

  test("a hierarchy that cannot be listed or watched is reported, not thrown", () => {
    const finder = new LxcFinder({ hierarchy: join(hierarchy, "none") });
    finder.watch(() => undefined).cancel();
    const { containers, problems } = finder.find();
    assert.deepEqual(containers, []);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["SC_FINDER_UNREADABLE"],
    );
  });
});

realContainerSuite();
