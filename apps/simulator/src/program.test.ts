import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runProgram } from "./program.ts";

async function run(...words: readonly string[]) {
  let written = "";
  let noted = "";
  const status = await runProgram(words, {
    write: (text) => {
      written += text;
    },
    note: (text) => {
      noted += text;
    },
  });
  return { status, written, noted };
}

describe("the simulator's command line", () => {
  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["no command", [], /^SC_USAGE: no command given\n\nusage: .*COMMAND/],
    ["an unknown command", ["fly"], /there is no command "fly"/],
    ["the name of what every object has", ["toString"], /there is no command "toString"/],
    ["an unknown option", ["frontier", "--fast"], /'--fast'\n\nusage: .* frontier/],
    ["a word too many", ["faults", "again"], /'again'/],
    ["what is no number", ["faults", "--seeds", "x"], /--seeds is a whole number from 1, not "x"/],
    ["help for an unknown command", ["help", "fly"], /there is no command "fly"/],
  ];
  for (const [what, words, expected] of refused) {
    test(`refuses ${what} on stderr, with the usage, and ends with 2`, async () => {
      const { status, written, noted } = await run(...words);
      assert.deepEqual([status, written], [2, ""]);
      assert.match(noted, expected);
    });
  }

  for (const words of [["help"], ["--help"], ["-h"]]) {
    test(`lists every command at ${words.join(" ")}`, async () => {
      const { status, written, noted } = await run(...words);
      assert.deepEqual([status, noted], [0, ""]);
      for (const name of ["run", "frontier", "faults", "reproduce", "help"])
        assert.match(written, new RegExp(`^  ${name} `, "m"));
    });
  }

  for (const name of ["run", "frontier", "faults", "reproduce"]) {
    test(`tells the options of ${name} in both ways`, async () => {
      const asked = await run("help", name);
      assert.match(asked.written, new RegExp(`^usage: npm run simulate -- ${name} `));
      assert.deepEqual(await run(name, "--json", "--help"), asked);
    });
  }
});
