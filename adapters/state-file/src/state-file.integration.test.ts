import assert from "node:assert/strict";
import * as files from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { Log, LogFields } from "@sc/ports";
import { stateStoreSuite } from "@sc/ports/testing";
import { StateUnreadable } from "./errors.ts";
import { type Files, StateFile } from "./state-file.ts";

const quiet: Log = { info: () => {}, warn: () => {}, error: () => {} };

const temporaryFolder = () => files.mkdtemp(join(tmpdir(), "sc-state-"));

/** Files on a disk that takes half of what is written once `fill` was called. */
function filesThatFill(): { readonly files: Files; fill(): void } {
  let isFull = false;
  const open: Files["open"] = async (...args) => {
    const handle = await files.open(...args);
    if (!isFull) return handle;
    return Object.assign(handle, {
      writeFile: async (text: string) => {
        await handle.write(text.slice(0, text.length / 2));
        throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      },
    });
  };
  return {
    files: { ...files, open },
    fill: () => {
      isFull = true;
    },
  };
}

stateStoreSuite("the state file", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "state.json");
  const disk = filesThatFill();
  return {
    store: new StateFile({ path, log: quiet, files: disk.files }),
    reopen: () => new StateFile({ path, log: quiet }),
    fill: disk.fill,
    close: () => files.rm(folder, { recursive: true }),
  };
});

async function withFile(text: string, run: (path: string) => Promise<void>): Promise<void> {
  const folder = await temporaryFolder();
  const path = join(folder, "state.json");
  await files.writeFile(path, text);
  try {
    await run(path);
  } finally {
    await files.rm(folder, { recursive: true });
  }
}

describe("a state file that cannot be understood", () => {
  const cases: readonly (readonly [what: string, text: string, said: RegExp])[] = [
    ["of a newer version", '{"version":2,"isPaused":false,"structures":{}}', /version is 2/],
    ["that is empty", "", /JSON/],
    ["that was cut off", '{"version":1,"isPaused":fal', /JSON/],
    ["that is no object", "[]", /cannot be understood/],
    ["without structures", '{"version":1,"isPaused":false}', /structures/],
    ["without a version", '{"isPaused":false,"structures":{}}', /version/],
  ];
  for (const [what, text, said] of cases) {
    test(`one ${what} is refused by name and left alone`, () =>
      withFile(text, async (path) => {
        const refusal = await new StateFile({ path, log: quiet }).load().then(
          () => undefined,
          (error: unknown) => error,
        );
        assert.ok(refusal instanceof StateUnreadable);
        assert.equal(refusal.code, "SC_STATE_UNREADABLE");
        assert.ok(refusal.message.startsWith(path), refusal.message);
        assert.match(refusal.message, said);
        assert.equal(await files.readFile(path, "utf8"), text);
      }));
  }
});

describe("a state file with malformed structures", () => {
  const text = JSON.stringify({
    version: 1,
    isPaused: true,
    structures: {
      good: { resources: { cpu: { mode: "auto" } } },
      wrongMode: { resources: { cpu: { mode: "turbo" } } },
      unknownKey: { colour: "red" },
      "../etc": {},
    },
  });

  test("gives the good ones, reports the others and keeps a copy of the file", () =>
    withFile(text, async (path) => {
      const warnings: (LogFields | undefined)[] = [];
      const log: Log = { ...quiet, warn: (_message, fields) => warnings.push(fields) };
      const document = await new StateFile({ path, log }).load();
      assert.deepEqual(document, {
        isPaused: true,
        structures: { good: { resources: { cpu: { mode: "auto" } } } },
      });
      assert.equal(warnings.length, 1);
      assert.match(JSON.stringify(warnings), /wrongMode.*unknownKey.*\.\.\/etc/);
      const [copy, ...more] = await copies(path);
      assert.deepEqual(more, []);
      assert.equal(await files.readFile(copy ?? "", "utf8"), text);
    }));

  test("is copied once, however often it is loaded", () =>
    withFile(text, async (path) => {
      for (let start = 0; start < 3; start += 1) await new StateFile({ path, log: quiet }).load();
      assert.equal((await copies(path)).length, 1);
    }));
});

test("a full disk leaves no temporary file behind", async () => {
  const folder = await temporaryFolder();
  const disk = filesThatFill();
  const store = new StateFile({ path: join(folder, "state.json"), log: quiet, files: disk.files });
  disk.fill();
  await store.save({ isPaused: true, structures: {} });
  assert.deepEqual(await files.readdir(folder), []);
  await files.rm(folder, { recursive: true });
});

async function copies(path: string): Promise<readonly string[]> {
  const folder = join(path, "..");
  const names = await files.readdir(folder);
  return names.filter((name) => name.includes(".bad-")).map((name) => join(folder, name));
}
