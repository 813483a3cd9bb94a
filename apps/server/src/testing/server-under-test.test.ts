import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { nodeEnvironment, nodeOptions } from "./server-under-test.ts";

test("a server under test has its Node run as the launcher has it", () => {
  const launcher = readFileSync(new URL("../../../../sctl", import.meta.url), "utf8");
  const options = /^ *exec "\$node" (.*) "\$root\/apps\/sctl\/src\/main.ts" "\$@"$/m.exec(
    launcher,
  )?.[1];
  assert.equal(options, nodeOptions.join(" "));
  const [, arenas] = /MALLOC_ARENA_MAX:-(\d+)/.exec(launcher) ?? [];
  assert.equal(arenas, nodeEnvironment.MALLOC_ARENA_MAX);
});
