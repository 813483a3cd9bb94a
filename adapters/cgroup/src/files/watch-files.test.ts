import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { watchFiles } from "./watch-files.ts";

class FakeWatcher extends EventEmitter {
  isClosed = false;
  close(): void {
    this.isClosed = true;
  }
}

describe("a watch of files", () => {
  let watchers: FakeWatcher[];
  let refusesAfter: number;

  beforeEach(() => {
    watchers = [];
    refusesAfter = Number.POSITIVE_INFINITY;
    mock.method(fs, "watch", () => {
      if (watchers.length >= refusesAfter) throw new Error("ENOSPC");
      const watcher = new FakeWatcher();
      watchers.push(watcher);
      return watcher;
    });
    syncBuiltinESMExports();
  });

  afterEach(() => {
    mock.restoreAll();
    syncBuiltinESMExports();
  });

  const watchTwo = (onEnd: () => void) =>
    watchFiles(
      ["cpu", "memory"].map((folder) => [folder, () => undefined]),
      onEnd,
    );

  test("that the kernel ends in one folder ends in all, and says so once", () => {
    let ends = 0;
    assert.notEqual(
      watchTwo(() => (ends += 1)),
      undefined,
    );
    watchers[1]?.emit("error", new Error("the kernel ended it"));
    watchers[0]?.emit("error", new Error("the kernel ended it"));
    assert.deepEqual(
      watchers.map(({ isClosed }) => isClosed),
      [true, true],
    );
    assert.equal(ends, 1);
  });

  test("that is cancelled does not say that it ended", () => {
    let ends = 0;
    watchTwo(() => (ends += 1))?.cancel();
    watchers[0]?.emit("error", new Error("the kernel ended it"));
    assert.equal(ends, 0);
  });

  test("leaves nothing open where one of the folders cannot be watched", () => {
    refusesAfter = 1;
    assert.equal(
      watchTwo(() => undefined),
      undefined,
    );
    assert.deepEqual(
      watchers.map(({ isClosed }) => isClosed),
      [true],
    );
  });
});
