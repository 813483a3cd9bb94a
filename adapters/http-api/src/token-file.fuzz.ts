import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anyText, fuzzTargetIn, spoiled } from "@sc/domain/testing";
import fc from "fast-check";
import { TokenUnreadable } from "./errors.ts";
import { loadOrCreateToken } from "./token-file.ts";

const good = fc.constant(`${"aB3_-".repeat(9)}\n`);
const content = fc.oneof(good, spoiled(good), anyText, fc.uint8Array({ maxLength: 100 }));
const log = { info: () => {}, warn: () => {}, error: () => {} };

export const targets = [
  // What is taken for a token fits into a header; everything else is refused without being repeated.
  fuzzTargetIn("token-file", content, async () => {
    const folder = await mkdtemp(join(tmpdir(), "sc-token-fuzz-"));
    const path = join(folder, "token");
    return {
      check: async (bytes: string | Uint8Array) => {
        await writeFile(path, bytes, { mode: 0o600 });
        await loadOrCreateToken(path, log).then(
          (token) => assert.match(token, /^[A-Za-z0-9_-]{32,}$/),
          (error) => assert.ok(error instanceof TokenUnreadable, String(error)),
        );
      },
      close: () => rm(folder, { recursive: true }),
    };
  }),
];
