import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { runProgram } from "../program.ts";

const folder = mkdtempSync(join(tmpdir(), "sc-run-"));
after(() => rmSync(folder, { recursive: true, force: true }));

async function run(...words: readonly string[]) {
  let written = "";
  let noted = "";
  const output = {
    write: (text: string) => {
      written += text;
    },
    note: (text: string) => {
      noted += text;
    },
  };
  return { status: await runProgram(["run", ...words], output), written, noted };
}

const figuresOf = ({ written }: { readonly written: string }): unknown =>
  JSON.parse(written).figures;
const short = ["--generator", "on-off", "--seconds", "120", "--max", "400"];

describe("a simulated run", () => {
  test("repeats from its seed to the last bit, and another seed is another run", async () => {
    const json = ["--policy", "burst-quota", ...short, "--json"];
    const first = await run(...json);
    assert.equal(first.status, 0);
    assert.deepEqual(await run(...json), first);
    assert.notDeepEqual(figuresOf(await run(...json, "--seed", "2")), figuresOf(first));
  });

  test("may be held to the kernel's default period, and is another run then", async () => {
    const json = ["--policy", "burst-quota", ...short, "--json"];
    const held = await run(...json, "--period", "100ms");
    assert.notDeepEqual(figuresOf(held), figuresOf(await run(...json)));
  });

  test("tells figures that agree with each other", async () => {
    const { written } = await run("--policy", "burst-quota", ...short, "--json");
    const report = JSON.parse(written);
    const { utilization, usedCoreSeconds, allocatedCoreSeconds, p50BacklogMs, p99BacklogMs } =
      report.figures;
    assert.ok(Math.abs(utilization - usedCoreSeconds / allocatedCoreSeconds) < 1e-9);
    assert.ok(p50BacklogMs <= p99BacklogMs);
    assert.equal(report.simulate, "run");
    assert.equal("curves" in report, false);
    assert.ok(report.changes.length > 2);
    assert.ok(report.changes.every(({ text }: { text: string }) => text.length > 10));
  });

  test("shows its figures as a table, and each change with its reason where asked", async () => {
    const { written } = await run("--policy", "serverless-rules", ...short, "--changes");
    assert.match(written, /^policy +serverless-rules$/m);
    assert.match(written, /^utilization +[\d.]+ %$/m);
    assert.match(written, /^p99\.9 backlog +[\d.]+ ms$/m);
    assert.match(written, /^ +[\d.]+ s {2}400 → [\d.]+ +[a-z-]+: .+/m);
    const { written: bare } = await run("--policy", "serverless-rules", ...short);
    assert.equal(bare.includes("→"), false);
  });

  test("of a published controller has its changes without reasons", async () => {
    const { written } = await run("--policy", "captain", ...short, "--json");
    const { changes } = JSON.parse(written);
    assert.ok(changes.length > 0);
    assert.ok(changes.every(({ code }: { code: string }) => code === "peer"));
  });

  test("writes a page that holds what was used, second by second", async () => {
    const file = join(folder, "run.html");
    await run("--policy", "serverless-rules", ...short, "--html", file);
    const [, json = ""] = /id="plots">(.*?)<\/script>/s.exec(readFileSync(file, "utf8")) ?? [];
    const { panels, endSeconds } = JSON.parse(json);
    const names = panels[0].curves.map(({ name }: { name: string }) => name);
    assert.deepEqual(names, ["used", "limit", "upper", "lower"]);
    const [used, limit] = panels[0].curves;
    assert.deepEqual([endSeconds, used.values.length, limit.values.length], [120, 1200, 1200]);
    const mean = used.values.reduce((sum: number, each: number) => sum + each, 0) / 1200;
    // 200 shares for a third of the time, 10 for the rest.
    assert.ok(Math.abs(mean - 73) < 10, String(mean));
    assert.ok(limit.values.every((each: number) => each >= 10 && each <= 400));
  });

  test("of a trace lasts as long as it, and tells what was wrong with it", async () => {
    const file = join(folder, "load.csv");
    writeFileSync(file, "seconds,cpu_shares,mem_mib\n0,50,-1\n20,60,1\n40,50,1\n");
    const { written, noted } = await run("--policy", "provisioned", "--trace", file, "--json");
    const { source, seconds } = JSON.parse(written);
    assert.deepEqual([source, seconds], ["load.csv", 60]);
    assert.match(noted, /^load\.csv: skipped: mem: line 2: "-1" is negative$/m);
  });
});

describe("a run that cannot be", () => {
  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["without a policy", short, /--policy is missing; there are burst-quota, /],
    ["under an unknown policy", ["--policy", "best", ...short], /there is no policy "best"/],
    ["without a load", ["--policy", "captain"], /either --trace or --generator/],
    ["with two loads", ["--policy", "captain", ...short, "--trace", "x"], /either --trace or/],
    ["of an unknown generator", ["--policy", "vpa", "--generator", "x"], /no generator "x"/],
    ["of no file", ["--policy", "vpa", "--trace", "/nowhere/x"], /no file or folder/],
    ["of no time", ["--policy", "vpa", ...short, "--seconds", "0"], /from 1 to 86400/],
    ["in another period", ["--policy", "vpa", ...short, "--period", "2s"], /own, 100ms/],
    [
      "onto a page nowhere",
      ["--policy", "vpa", ...short, "--html", "/nowhere/x"],
      /no folder \/nowhere$/m,
    ],
  ];
  for (const [what, words, expected] of refused) {
    test(`${what} is refused with the usage`, async () => {
      const { status, written, noted } = await run(...words);
      assert.deepEqual([status, written], [2, ""]);
      assert.match(noted, expected);
      assert.match(noted, /usage: npm run simulate -- run /);
    });
  }

  test("because a trace holds nothing of cpu says why", async () => {
    const file = join(folder, "mem.csv");
    writeFileSync(file, "seconds,mem_mib\n0,1\n1,2\n");
    const { status, noted } = await run("--policy", "vpa", "--trace", file);
    assert.equal(status, 2);
    assert.match(noted, /tells nothing of cpu/);
  });
});
