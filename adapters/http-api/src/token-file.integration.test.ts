import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { TokenUnreadable } from "./errors.ts";
import { loadOrCreateToken } from "./token-file.ts";

describe("the token file", () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sc-token-"));
    path = join(folder, "state", "token");
  });
  afterEach(() => rm(folder, { recursive: true }));
  const warnings: string[] = [];
  const log = {
    info: () => {},
    warn: (message: string, fields: object = {}) =>
      warnings.push(`${message} ${JSON.stringify(fields)}`),
    error: () => {},
  };

  test("is made at the first start, for its owner only, and stays the same", async () => {
    const token = await loadOrCreateToken(path, log);
    assert.match(token, /^[A-Za-z0-9_-]{43}$/);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.equal(await loadOrCreateToken(path, log), token);
    assert.deepEqual(await readdir(join(folder, "state")), ["token"]);
  });

  test("is another one on every host", async () => {
    assert.notEqual(await loadOrCreateToken(path, log), await loadOrCreateToken(`${path}2`, log));
  });

  for (const mode of [0o644, 0o640, 0o620]) {
    test(`that others could use (mode ${mode.toString(8)}) is replaced, and is not said`, async () => {
      const known = await loadOrCreateToken(path, log);
      await chmod(path, mode);
      const token = await loadOrCreateToken(path, log);
      assert.notEqual(token, known);
      assert.equal((await stat(path)).mode & 0o777, 0o600);
      assert.equal(await loadOrCreateToken(path, log), token);
      assert.match(warnings.at(-1) ?? "", /other users/);
      assert.ok(warnings.every((line) => !line.includes(known) && !line.includes(token)));
    });
  }

  test("that is a pipe is refused, not waited for", async () => {
    const pipe = join(folder, "token");
    assert.equal(spawnSync("mkfifo", [pipe]).status, 0);
    await assert.rejects(loadOrCreateToken(pipe, log), TokenUnreadable);
  });

  for (const text of ["", "short", "with spaces that make it no token at all"]) {
    test(`that holds ${JSON.stringify(text)} is refused by name`, async () => {
      const file = join(folder, "token");
      await writeFile(file, text);
      await assert.rejects(
        loadOrCreateToken(file, log),
        (error) => error instanceof TokenUnreadable && error.message.includes(file),
      );
    });
  }
});
