import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

const tree = join(import.meta.dirname, "..");
const unit = readFileSync(join(import.meta.dirname, "serverless-containers.service"), "utf8");
const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

test("what the unit starts is in the tree", () => {
  const paths = [...unit.matchAll(/^Exec\w+=\/opt\/serverless-containers\/(\S+)/gm)];
  assert.equal(paths.length, 2);
  for (const [, path = ""] of paths) assert.equal(existsSync(join(tree, path)), true, path);
});

describe("systemd-analyze", { skip: hasSystemd ? false : "systemd-analyze is missing" }, () => {
  let folder: string;
  let path: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "sc-unit-"));
    path = join(folder, "serverless-containers.service");
    writeFileSync(path, unit.replaceAll("/opt/serverless-containers", tree));
  });
  after(() => rmSync(folder, { recursive: true }));

  test("has nothing to say against the unit", () => {
    const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", path], {
      encoding: "utf8",
    });
    assert.deepEqual({ status, said: stdout + stderr }, { status: 0, said: "" });
  });

  test("finds the unit as little exposed as the documents say", () => {
    const words = ["security", "--offline=true", "--threshold=25", "--no-pager", path];
    const { status, stdout, stderr } = spawnSync("systemd-analyze", words, { encoding: "utf8" });
    assert.equal(status, 0, stdout + stderr);
  });
});
