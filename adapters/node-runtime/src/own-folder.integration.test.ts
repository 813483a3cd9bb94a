import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { FolderUnsafe } from "./errors.ts";
import { takeOwnFolder } from "./own-folder.ts";

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

describe("a folder of the server's own", () => {
  let parent: string;
  let path: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "sc-own-folder-"));
    path = join(parent, "run");
  });
  afterEach(() => rmSync(parent, { recursive: true }));
  const refused = { name: "FolderUnsafe", code: "SC_FOLDER_UNSAFE" };
  const take = (): void => takeOwnFolder(path, 0o755);

  test("is made with its mode", () => {
    take();
    assert.equal(statSync(path).mode & 0o777, 0o755);
  });

  test("is taken as it is when only its owner writes there", () => {
    mkdirSync(path, { mode: 0o700 });
    take();
    assert.equal(statSync(path).mode & 0o777, 0o700);
  });

  for (const mode of [0o777, 0o1777, 0o775, 0o2770]) {
    test(`is refused with mode ${mode.toString(8)}: others could write the restore list`, () => {
      mkdirSync(path);
      chmodSync(path, mode);
      assert.throws(take, refused);
    });
  }

  test("says which folder, why, and what to do", () => {
    mkdirSync(path);
    chmodSync(path, 0o777);
    assert.throws(take, (error) => {
      assert.ok(error instanceof FolderUnsafe);
      assert.equal(error.path, path);
      assert.match(error.message, /mode 777.*chmod go-w/);
      return true;
    });
  });

  describe("as root", { skip: isRoot ? false : "needs root" }, () => {
    test("is refused when it belongs to another user", () => {
      mkdirSync(path);
      chownSync(path, nobody, nobody);
      assert.throws(take, refused);
    });

    for (const slash of ["", "/"]) {
      test(`is refused when another user's link leads to it, named "run${slash}"`, () => {
        mkdirSync(join(parent, "elsewhere"));
        symlinkSync(join(parent, "elsewhere"), path);
        lchownSync(path, nobody, nobody);
        assert.throws(() => takeOwnFolder(`${path}${slash}`, 0o755), refused);
      });
    }

    test("may be reached through a link of root's", () => {
      mkdirSync(join(parent, "elsewhere"));
      symlinkSync(join(parent, "elsewhere"), path);
      take();
    });
  });
});
