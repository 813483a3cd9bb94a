import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { thisMachine } from "./machine.ts";

test("the machine tells what is there, and what is not as not known", () => {
  const folder = mkdtempSync(join(tmpdir(), "sc-machine-"));
  try {
    const path = join(folder, "file");
    writeFileSync(path, "text", { mode: 0o644 });
    const machine = thisMachine();
    assert.equal(machine.read(path), "text");
    assert.equal(machine.may(path, "write"), true);
    assert.equal(machine.may(path, "execute"), false);
    assert.ok((machine.freeMib(folder) ?? -1) >= 0);
    assert.ok(machine.exists(`${machine.tree}sctl`));
    const gone = join(folder, "gone");
    assert.deepEqual(
      [
        machine.read(gone),
        machine.exists(gone),
        machine.may(gone, "write"),
        machine.freeMib(gone),
        machine.changedAt(gone),
        machine.inode(gone),
      ],
      [undefined, false, false, undefined, undefined, undefined],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
