import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { before, describe, test } from "node:test";

const root = resolve(import.meta.dirname, "../../..");

/** The command as `npm run fuzz` starts it, on the planted targets unless told otherwise. */
function fuzz(...words: readonly string[]) {
  const command = ["bench/src/fuzz/main.ts", "--files", "bench/src/fuzz/*.fuzz.ts", ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: root,
    encoding: "utf8",
  });
  return { status, said: stdout, complained: stderr, last: stdout.trimEnd().split("\n").at(-1) };
}

const seed = "7";

describe("npm run fuzz on faults that were planted", () => {
  let found: ReturnType<typeof fuzz>;
  before(() => {
    found = fuzz("--runs", "1", "--seed", seed, "--hang-seconds", "2", "--json");
  });

  const expected = {
    "planted-nothing": { crashes: 0, hangs: 0, serverErrors: 0 },
    "planted-crash": { crashes: 1, hangs: 0, serverErrors: 0 },
    "planted-server-error": { crashes: 0, hangs: 0, serverErrors: 1 },
    "planted-hang": { crashes: 0, hangs: 1, serverErrors: 0 },
    "planted-death": { crashes: 1, hangs: 0, serverErrors: 0 },
    "planted-late-throw": { crashes: 1, hangs: 0, serverErrors: 0 },
    "planted-silence": { crashes: 0, hangs: 1, serverErrors: 0 },
  };

  test("reports each, and nothing of what is sound, in one line of JSON", () => {
    assert.equal(found.status, 1);
    const { bench, machine, rows } = JSON.parse(found.last ?? "");
    assert.equal(bench, "fuzz");
    assert.equal(typeof machine.kernel, "string");
    const wanted = Object.entries(expected).map(([target, counts]) => ({
      target,
      runs: 1,
      ...counts,
    }));
    assert.deepEqual(rows, wanted);
  });

  test("prints of each the smallest input that still fails, also where it hangs or kills", () => {
    const inputs = [...found.said.matchAll(/^ {2}input: (.*)$/gm)].map(([, input]) => input);
    assert.deepEqual(inputs, ["3", "3", "3", "3", "3", "3"]);
  });

  test("finds one again by the seed it printed", () => {
    const [, words = ""] =
      /again: npm run fuzz -- (--target planted-crash .*)/.exec(found.said) ?? [];
    const again = fuzz(...words.split(" "));
    assert.equal(again.status, 1);
    assert.match(again.said, /input: 3\n/);
  });
});

describe("npm run fuzz", () => {
  test("ends well where nothing is found, with a table alone", () => {
    const { status, last, said } = fuzz("--target", "planted-nothing", "--runs", "50");
    assert.equal(status, 0);
    assert.match(said, /^planted-nothing +50 +0 +0 +0 +met$/m);
    assert.doesNotMatch(last ?? "", /^\{/);
  });

  test("stops at a target that fails again and again, and says at which run", () => {
    const { last } = fuzz("--target", "planted-crash", "--runs", "1000", "--json");
    const [row] = JSON.parse(last ?? "").rows;
    assert.equal(row.crashes, 10);
    assert.ok(row.runs < 1000, `${row.runs} runs`);
  });

  for (const words of [["--runs", "0"], ["--seed", "x"], ["--target", "no-such"], ["--what"]]) {
    test(`refuses what it does not understand: ${words.join(" ")}`, () => {
      const { status, complained } = fuzz(...words);
      assert.equal(status, 2);
      assert.match(complained, /usage: npm run fuzz/);
    });
  }
});
