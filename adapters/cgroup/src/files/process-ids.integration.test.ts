import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { processIdsIn } from "./process-ids.ts";

describe("the processes of a group", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sc-processes-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const fill = (group: string, text: string): void => {
    mkdirSync(join(folder, group), { recursive: true });
    writeFileSync(join(folder, group, "cgroup.procs"), text);
  };

  test("are also those of the groups below, where systemd puts them all", () => {
    fill("", "");
    fill("init.scope", "71\n");
    fill("system.slice", "");
    fill("system.slice/web.service", "72\n73\n");
    assert.deepEqual(processIdsIn(folder, 10)?.toSorted(), [71, 72, 73]);
  });

  test("are as many as were asked for", () => {
    fill("", "1\n2\n3\n");
    assert.deepEqual(processIdsIn(folder, 2), [1, 2]);
  });

  test("are those we can see: 0 stands for what we cannot", () => {
    fill("", "0\n12\nx\n-3\n");
    assert.deepEqual(processIdsIn(folder, 10), [12]);
  });

  test("are not known of a group that is gone", () => {
    assert.equal(processIdsIn(join(folder, "none"), 10), undefined);
  });
});
