import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anyText, fuzzTargetIn, spoiled } from "@sc/domain/testing";
import fc from "fast-check";
import { inodeOf, scriptPath, thisBoot } from "./restore-fixture.ts";

/** Folders that stand for groups; ROOT and INODE are known when the world is made. */
const groups = ["web", "with space", "web/child"];
const files = ["quota", "period", "shares"];
const first = "20000";

const path = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...groups).map((group) => `ROOT/groups/${group}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "ROOT/outside",
      "ROOT/groups/gone",
      "ROOT/groups/web/..",
      "/proc/self",
    ),
  },
);
const file = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...files) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "../../outside/secret",
      "child/quota",
      "new",
      ".",
      "..",
      "*",
      "$(touch x)",
    ),
  },
);
const value = fc.oneof(
  fc.constantFrom("50000", "-1", "-n", "max 100000", "`id`", "\\c", "%s"),
  anyText,
);
const line = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.constantFrom("serverless-containers restore list 1", "boot BOOT", "boot x"),
  },
  { weight: 3, arbitrary: path.map((folder) => `group INODE(${folder}) ${folder}`) },
  { weight: 1, arbitrary: fc.tuple(fc.nat(), path).map(([inode, at]) => `group ${inode} ${at}`) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(path, file, value)
      .map(([folder, name, set]) => `set ${folder}/${name}\t${set}`),
  },
);
const list = fc
  .tuple(
    fc.array(fc.oneof({ weight: 8, arbitrary: line }, spoiled(line), anyText), { maxLength: 14 }),
    fc.constantFrom("\n", "\n", ""),
  )
  .map(([lines, end]) => ["boot BOOT", ...lines].join("\n") + end);

export const targets = [
  // Whatever the list holds: it ends, dry it writes nothing, and it writes no file that is not in a listed folder.
  fuzzTargetIn("sc-restore", list, async () => {
    const root = mkdtempSync(join(tmpdir(), "sc-restore-fuzz-"));
    return {
      check: (text: string) => checkList(root, text),
      close: async () => rmSync(root, { recursive: true }),
    };
  }),
];

function checkList(root: string, template: string): void {
  makeWorld(root);
  const inode = (_: string, folder: string) => inodeIfThere(folder);
  const text = template
    .replaceAll("ROOT", root)
    .replaceAll("BOOT", thisBoot)
    .replaceAll(/INODE\((.*?)\)/g, inode);
  writeFileSync(join(root, "run", "restore-list"), text);
  const before = contentsIn(root);
  run(root, "--dry-run");
  assert.deepEqual(contentsIn(root), before, "a dry run wrote");
  run(root);
  const after = contentsIn(root);
  assert.deepEqual([...after.keys()], [...before.keys()], "files came or went");
  for (const [changed, content] of after) {
    if (content === before.get(changed)) continue;
    const folder = changed.slice(0, changed.lastIndexOf("/"));
    assert.ok(text.includes(`group ${inodeIfThere(folder)} ${folder}`), `${changed} was written`);
  }
}

function makeWorld(root: string): void {
  for (const folder of ["run", "outside", ...groups.map((group) => `groups/${group}`)]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  writeFileSync(join(root, "outside", "secret"), first);
  for (const group of groups) {
    for (const name of files) writeFileSync(join(root, "groups", group, name), `${first}\n`);
  }
}

function run(root: string, ...options: readonly string[]): void {
  // It dies with us: one that never ends is ours to be found and not to stay.
  const words = ["--pdeathsig", "KILL", "dash", scriptPath, "--run-folder", join(root, "run")];
  const { status, stderr } = spawnSync("setpriv", [...words, ...options], {
    cwd: root,
    encoding: "utf8",
  });
  assert.ok(status === 0 || status === 1, `it ended with ${status}: ${stderr}`);
  assert.equal(stderr, "");
}

/** No folder has a NUL in its path. */
const inodeIfThere = (folder: string): string =>
  !folder.includes("\0") && statSync(folder, { throwIfNoEntry: false }) !== undefined
    ? inodeOf(folder)
    : "1";

/** By path, the list itself left out. */
function contentsIn(root: string): ReadonlyMap<string, string> {
  const found = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(found.toSorted().map((each) => [each, readFileSync(each, "utf8")]));
}
