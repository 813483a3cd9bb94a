import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { UsageError } from "../errors.ts";
import { readTraces } from "./read-traces.ts";

describe("a folder of traces", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sc-traces-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (path: string, content: string | Uint8Array): void => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const reasons = () =>
    Object.fromEntries(readTraces(folder).skipped.map(({ file, reason }) => [file, reason]));

  test("is read with all folders below it, in order of their names", () => {
    write("b/c/rates", "1\n2\n");
    write("a.txt", "3\n4\n");
    const { series, skipped } = readTraces(folder);
    assert.deepEqual(
      series.map(({ trace, values }) => [trace, ...values]),
      [
        ["a.txt", 3, 4],
        ["b/c/rates", 1, 2],
      ],
    );
    assert.deepEqual(skipped, []);
  });

  test("may be one file", () => {
    write("b/rates", "1\n2\n");
    assert.deepEqual(
      readTraces(join(folder, "b/rates")).series.map(({ trace }) => trace),
      ["rates"],
    );
  });

  test("that is not there is a wrong call", () => {
    assert.throws(() => readTraces(join(folder, "nowhere")), UsageError);
  });

  test("holds what is no trace: each is skipped with its reason", () => {
    write("README.md", "# Traces\n");
    write("empty", "");
    write("latin.csv", Uint8Array.of(0xe4, 0xf6, 0xfc));
    write(".git/config", "1\n2\n");
    write("large.txt", "");
    truncateSync(join(folder, "large.txt"), 65 * 1024 * 1024);
    execFileSync("mkfifo", [join(folder, "pipe")]);
    symlinkSync(join(folder, "gone"), join(folder, "link"));
    assert.deepEqual(reasons(), {
      ".git": "hidden",
      "README.md": 'no known format: it begins with "# Traces"',
      empty: "empty",
      "large.txt": "larger than 64 MiB",
      "latin.csv": "not a text in UTF-8",
      link: "cannot be read: a link that leads nowhere, or not permitted",
      pipe: "not a regular file",
    });
  });

  test("may link to itself and is read once", () => {
    write("sub/rates", "1\n2\n");
    symlinkSync(folder, join(folder, "sub/up"));
    const { series, skipped } = readTraces(folder);
    assert.equal(series.length, 1);
    assert.deepEqual(skipped, [{ file: "sub/up", reason: "a folder that was read before" }]);
  });

  test("may be as deep as it likes", () => {
    const path = Array.from({ length: 40 }, () => "d").join("/");
    write(`${path}/rates`, "1\n2\n");
    assert.deepEqual(Object.values(reasons()), ["too many folders deep"]);
  });

  test("tells what a reader of its figures should know", () => {
    write("a.csv", "seconds,mem_mib\n0,1\n1,1\n2,1\n9,1\n");
    assert.deepEqual(readTraces(folder).notes, [
      { file: "a.csv", note: "mem: 1 gaps, 6 s in all, are left out" },
    ]);
  });
});
