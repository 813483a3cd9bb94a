import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as delay, setImmediate as immediate } from "node:timers/promises";
import { finderSuite } from "@sc/ports/testing";
import { LxcFinder } from "./lxc-finder.ts";

const cgroupRoot = "/sys/fs/cgroup";
const cpuMount = `${cgroupRoot}/cpu`;

function whyNoLxc(): string | false {
  if (process.getuid?.() !== 0) return "needs root";
  if (!existsSync(`${cpuMount}/cpu.cfs_quota_us`)) return "needs the cpu controller on cgroup v1";
  const isInstalled = ["lxc-create", "busybox"].every((command) => {
    const { status } = spawnSync("sh", ["-c", `command -v ${command}`]);
    return status === 0;
  });
  return isInstalled ? false : "needs LXC and a static busybox: npm run setup:debian";
}

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

/** One container with a network of its own that leads nowhere, in a folder of its own. */
class RealContainer {
  readonly name = `sc-test-${process.pid}`;
  readonly #folder = mkdtempSync(join(tmpdir(), "sc-lxc-path-"));
  /** Groups that LXC leaves behind in every hierarchy; those found before are not ours. */
  readonly #groupsBefore = new Set(lxcGroups());

  create(): void {
    this.#run("lxc-create", "-t", "busybox");
    const configuration = join(this.#folder, this.name, "config");
    const lines = readFileSync(configuration, "utf8").split("\n");
    const kept = lines.filter((line) => !line.startsWith("lxc.net."));
    // Never "none", which shares the network of the machine.
    writeFileSync(configuration, [...kept, "lxc.net.0.type = empty", ""].join("\n"));
  }

  start(): void {
    this.#run("lxc-start");
    this.#run("lxc-wait", "-s", "RUNNING", "-t", "30");
  }

  stop(): void {
    this.#run("lxc-stop", "-k");
    this.#run("lxc-wait", "-s", "STOPPED", "-t", "30");
  }

  close(): void {
    const words = ["-P", this.#folder, "-n", this.name];
    spawnSync("lxc-destroy", [...words, "-f"], { stdio: "ignore" });
    rmSync(this.#folder, { recursive: true });
    const isOurs = (group: string): boolean =>
      group.includes(this.name) || group.endsWith("/lxc.pivot");
    for (const group of lxcGroups()) {
      if (!this.#groupsBefore.has(group) && isOurs(group)) removeWhenEmpty(group);
    }
  }

  #run(command: string, ...words: readonly string[]): void {
    execFileSync(command, ["-P", this.#folder, "-n", this.name, ...words], { stdio: "ignore" });
  }
}

const lxcGroups = (): readonly string[] =>
  readdirSync(cgroupRoot).flatMap((controller) =>
    readdirSync(join(cgroupRoot, controller))
      .filter((name) => name.startsWith("lxc."))
      .map((name) => join(cgroupRoot, controller, name)),
  );

function removeWhenEmpty(group: string): void {
  try {
    rmdirSync(group);
  } catch {
    // Another container of this machine uses it by now.
  }
}

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
