import assert from "node:assert/strict";
import { anyText, fuzzTarget } from "@sc/domain/testing";
import type { Command } from "commander";
import fc from "fast-check";
import { createProgram, runProgram } from "./program.ts";
import { reportError } from "./report-error.ts";
import type { Terminal } from "./session.ts";

const terminal: Terminal = {
  isInteractive: false,
  rows: 24,
  columns: 80,
  now: () => 1_700_000_000,
  utcOffsetSeconds: () => 0,
  write: () => {},
  note: () => {},
  confirm: async () => false,
};

/** They act on this machine, whatever else they are given; none asks a server first. */
const actOnTheMachine = new Set(["start", "release", "doctor"]);

const wordsOf = (command: Command): readonly string[] => [
  command.name(),
  ...command.options.flatMap(({ long }) => long ?? []),
  ...command.commands.flatMap(wordsOf),
];
const words = [...new Set(wordsOf(createProgram(terminal)))].filter(
  (word) => !actOnTheMachine.has(word) && word !== "sctl",
);
const argument = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...words) },
  {
    weight: 3,
    arbitrary: fc.constantFrom("web", "cpu", "auto", "10", "-1h", "json", "--", "-o", "max=5"),
  },
  {
    weight: 3,
    arbitrary: anyText.filter((text) => !actOnTheMachine.has(text)),
  },
);

export const targets = [
  // Every line ends in an answer or in an error with a code and a next step; none in a stack.
  fuzzTarget("sctl-arguments", fc.array(argument, { maxLength: 7 }), async (args) => {
    try {
      await runProgram(createProgram(terminal), ["--socket", "/nowhere/api.sock", ...args]);
    } catch (error) {
      const { exitCode, text } = reportError(error);
      assert.ok(exitCode > 0);
      assert.match(text, /^sctl: SC_[A-Z_]+: /);
    }
  }),
];
