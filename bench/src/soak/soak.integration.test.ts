import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { soakOptionsOf } from "./soak-options.ts";

const program = fileURLToPath(new URL("main.ts", import.meta.url));
const small = ["--minutes", "0.5", "--containers", "16", "--auto", "8", "--json"];

interface Ended {
  readonly status: number | null;
  readonly figures: Readonly<Record<string, number>>;
  readonly said: string;
}

/** A whole run, of half a minute and its endings. */
async function soakWith(plant: string): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...small, "--plant", plant]);
  let [out, said] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    out += part;
  });
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    said += part;
  });
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const last = out.trimEnd().split("\n").at(-1) ?? "";
  assert.match(last, /^\{"bench":"soak"/, said);
  return { status, figures: JSON.parse(last).figures, said };
}

describe("a soak with a fault made on purpose", {
  skip: whyNoRealGroups(),
  concurrency: 2,
}, () => {
  test("says how many descriptors and timers were lost, and that memory grew", async () => {
    const { status, figures, said } = await soakWith("leak");
    assert.equal(status, 0);
    const { leaked = 0, rssGrowthPercent = 0 } = figures;
    assert.match(said, /^leaked {2}descriptors: \d+ before/m);
    assert.match(said, /^leaked {2}timers: \d+ before/m);
    // One of each in every second between two rests.
    assert.ok(leaked >= 20, `${leaked} leaked: ${said}`);
    assert.ok(rssGrowthPercent > 5, `${rssGrowthPercent} %`);
  });

  test("says which limits were written that may not be, or that were there already", async () => {
    const { status, figures, said } = await soakWith("invariant");
    assert.equal(status, 0);
    assert.ok((figures.brokenInvariants ?? 0) >= 5, said);
    assert.match(said, /written-though-untouchable: c\d+ cpu\.cfs_quota_us .*only observed/);
    assert.match(said, /written-(without-change|and-not-told): c\d+/);
  });
});

describe("what a soak is told", () => {
  test("has defaults for what is left out", () => {
    const { minutes, containers, auto, plant } = soakOptionsOf([]);
    assert.deepEqual([minutes, containers, auto, plant], [2, 200, 50, undefined]);
  });

  for (const words of [
    ["--minutes", "x"],
    ["--minutes", "0"],
    ["--auto", "200"],
    ["--plant", "weeds"],
    ["--bogus"],
  ]) {
    test(`is refused with a sentence: ${words.join(" ")}`, () => {
      assert.throws(() => soakOptionsOf(words), /--/);
    });
  }
});
