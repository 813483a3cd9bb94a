import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { Surroundings } from "./default-folders.ts";
import { defaultFolders } from "./default-folders.ts";
import { ConfigurationInvalid } from "./errors.ts";
import { loadConfiguration } from "./load-configuration.ts";

describe("default folders", () => {
  const user = { isRoot: false, home: "/home/u" };

  test("of root are those of the system", () => {
    assert.deepEqual(defaultFolders({ isRoot: true, home: "/root", environment: {} }), {
      configurationFile: "/etc/serverless-containers/config.yaml",
      run: "/run/serverless-containers",
      state: "/var/lib/serverless-containers",
    });
  });

  test("of anyone else are below the home", () => {
    assert.deepEqual(defaultFolders({ ...user, environment: {} }), {
      configurationFile: "/home/u/.config/serverless-containers/config.yaml",
      run: "/home/u/.local/state/serverless-containers/run",
      state: "/home/u/.local/state/serverless-containers",
    });
  });

  test("follow the XDG variables, when these are absolute", () => {
    const environment = {
      XDG_CONFIG_HOME: "/c",
      XDG_RUNTIME_DIR: "/run/user/7",
      XDG_STATE_HOME: "relative",
    };
    assert.deepEqual(defaultFolders({ ...user, environment }), {
      configurationFile: "/c/serverless-containers/config.yaml",
      run: "/run/user/7/serverless-containers",
      state: "/home/u/.local/state/serverless-containers",
    });
  });
});

describe("loading", () => {
  let home: string;
  let surroundings: Surroundings;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "sc-config-"));
    surroundings = { isRoot: false, home, environment: {} };
  });
  afterEach(() => rm(home, { recursive: true }));

  test("without a file all defaults are in force", () => {
    const { runFolder, stateFolder } = loadConfiguration({ surroundings });
    assert.equal(stateFolder, join(home, ".local/state/serverless-containers"));
    assert.equal(runFolder, join(stateFolder, "run"));
  });

  test("the default file is read when it is there", async () => {
    const folder = join(home, ".config/serverless-containers");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "config.yaml"), "drift: hold\n");
    assert.equal(loadConfiguration({ surroundings }).drift, "hold");
  });

  test("a file that was named is read instead", async () => {
    const path = join(home, "mine.yaml");
    await writeFile(path, "drift: repair\n");
    assert.equal(loadConfiguration({ path, surroundings }).drift, "repair");
  });

  test("a pipe and a device without end are refused, not waited for", () => {
    const pipe = join(home, "pipe");
    assert.equal(spawnSync("mkfifo", [pipe]).status, 0);
    for (const path of [pipe, "/dev/zero"]) {
      assert.throws(() => loadConfiguration({ path, surroundings }), ConfigurationInvalid);
    }
    assert.equal(loadConfiguration({ path: "/dev/null", surroundings }).drift, "adopt");
  });

  for (const name of ["absent.yaml", "."]) {
    test(`a named file that cannot be read is an error: ${name}`, () => {
      const path = join(home, name);
      assert.throws(
        () => loadConfiguration({ path, surroundings }),
        (error) => error instanceof ConfigurationInvalid && error.message.startsWith(path),
      );
    });
  }
});
