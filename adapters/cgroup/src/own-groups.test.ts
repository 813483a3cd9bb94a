import assert from "node:assert/strict";
import { test } from "node:test";
import { parseOwnGroups } from "./own-groups.ts";

test("gives each group of this process once, and never the root", () => {
  const text = "3:cpu,cpuacct:/agents\n2:memory:/agents\n1:name=systemd:/user.slice\n0::/\n";
  assert.deepEqual(parseOwnGroups(text), ["/agents", "/user.slice"]);
});

test("reads paths that hold colons", () => {
  assert.deepEqual(parseOwnGroups("2:memory:/a:b:c\n"), ["/a:b:c"]);
});

test("finds no group in what is no line of the kernel", () => {
  assert.deepEqual(parseOwnGroups("\ngarbage\n1:2\n0::relative\n"), []);
});
