import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
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

  test("is made at the first start, for its owner only, and stays the same", async () => {
    const token = await loadOrCreateToken(path);
    assert.match(token, /^[A-Za-z0-9_-]{43}$/);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.equal(await loadOrCreateToken(path), token);
    assert.deepEqual(await readdir(join(folder, "state")), ["token"]);
  });

  test("is another one on every host", async () => {
    assert.notEqual(await loadOrCreateToken(path), await loadOrCreateToken(`${path}2`));
  });

  for (const text of ["", "short", "with spaces that make it no token at all"]) {
    test(`that holds ${JSON.stringify(text)} is refused by name`, async () => {
      const file = join(folder, "token");
      await writeFile(file, text);
      await assert.rejects(
        loadOrCreateToken(file),
        (error) => error instanceof TokenUnreadable && error.message.includes(file),
      );
    });
  }
});
