import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Command } from "commander";
import { createProgram } from "./program.ts";
import { exitCodes } from "./report-error.ts";
import { sessionFor } from "./testing/session-fixture.ts";

const page = readFileSync(new URL("../../../docs/reference/cli.md", import.meta.url), "utf8");
const program = createProgram(sessionFor().session.terminal);
const rows = page.split("\n").filter((line) => line.startsWith("| "));
const optionsIn = (text: string): readonly string[] =>
  [...new Set(text.match(/--[a-z-]+/g))].toSorted();

type Named = readonly [name: string, command: Command];

/** `rules` and `rules get` are two commands; a group that does nothing itself is none. */
const commandsOf = (parent: Command, prefix = ""): readonly Named[] =>
  parent.commands.flatMap((command) => {
    const name = `${prefix}${command.name()}`;
    const below = commandsOf(command, `${name} `);
    const isGroup = below.length > 0 && !doesSomething.has(name);
    return isGroup ? below : [[name, command] as const, ...below];
  });
const doesSomething = new Set([
  "rules",
  "settings",
  "policies",
  "hosts",
  "subscriptions",
  "apps",
  "users",
]);

test("the reference page lists every command with its options, and no other", () => {
  const listed = rows.flatMap((row) => {
    const command = /^\| `([a-z]+(?: [a-z]+)?)(?: [A-Z=…]+)*` \|/.exec(row)?.[1];
    return command === undefined ? [] : [[command, optionsIn(row)] as const];
  });
  const known = commandsOf(program).map(
    ([name, { options }]) => [name, optionsIn(options.map(({ long }) => long).join())] as const,
  );
  assert.deepEqual(
    listed.toSorted(([a], [b]) => a.localeCompare(b)),
    known.toSorted(([a], [b]) => a.localeCompare(b)),
  );
});

test("the reference page lists the options of every command", () => {
  const listed = rows.filter((row) => row.startsWith("| `-")).map((row) => row.split("|")[1] ?? "");
  assert.deepEqual(
    optionsIn(listed.join()),
    optionsIn(program.options.map(({ long }) => long).join()),
  );
});

test("the reference page lists every exit code", () => {
  const listed = rows.flatMap((row) => /^\| (\d) \|/.exec(row)?.[1] ?? []).map(Number);
  assert.deepEqual(listed, Object.values(exitCodes));
});
