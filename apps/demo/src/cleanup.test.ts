import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Cleanup } from "./cleanup.ts";

describe("Cleanup", () => {
  test("removes the last made first, goes on after a failure, and says what is left", async () => {
    const cleanup = new Cleanup();
    const removed: string[] = [];
    cleanup.add("the folder", () => void removed.push("folder"));
    cleanup.add("the containers", () => {
      throw new Error("busy");
    });
    cleanup.add("the server", async () => void removed.push("server"));
    assert.deepEqual(await cleanup.run(), ["the containers: busy"]);
    assert.deepEqual(removed, ["server", "folder"]);
  });

  test("removes everything once, however often it is asked", async () => {
    const cleanup = new Cleanup();
    let removals = 0;
    cleanup.add("the folder", () => {
      removals += 1;
    });
    await cleanup.run();
    await cleanup.run();
    assert.equal(removals, 1);
  });
});
