import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as delay, setImmediate as immediate } from "node:timers/promises";
import { finderSuite } from "@sc/ports/testing";
import { LxcFinder } from "./lxc-finder.ts";
import { RealContainer, whyNoLxc } from "./testing/index.ts";

const cpuMount = "/sys/fs/cgroup/cpu";

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

describe("with a real container", { skip: whyNoLxc() }, () => {
  let container: RealContainer;
  beforeEach(() => {
    container = new RealContainer();
    container.create();
  });
  afterEach(() => container.close());

  test("is found while it runs, and those who watch are told", { timeout: 120_000 }, async () => {
    const finder = new LxcFinder({
      hierarchy: cpuMount,
      isWanted: (name) => name === container.name,
    });
    let watch: { cancel(): void } | undefined;
    const noticed = new Promise<void>((resolve) => {
      watch = finder.watch(resolve);
    });
    assert.deepEqual(finder.find(), { containers: [], problems: [] });
    container.start();
    await noticed;
    watch?.cancel();
    const { containers } = finder.find();
    assert.deepEqual(
      containers.map(({ name }) => name),
      [container.name],
    );
    const path = containers[0]?.group.path ?? "";
    const processes = readFileSync(`${cpuMount}${path}/cgroup.procs`, "utf8");
    assert.ok(processes.trim() !== "", "the group found is not the one the container runs in");
    container.stop();
    assert.deepEqual(finder.find().containers, []);
  });
});
