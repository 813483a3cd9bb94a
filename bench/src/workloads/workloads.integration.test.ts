import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { whyNoLxc } from "@sc/lxc/testing";
import { until } from "@sc/server/testing";

const program = fileURLToPath(new URL("../main.ts", import.meta.url));
const words = ["workloads", "--quick", "--only", "start-up", "--json"];
const startBenchmark = (): ChildProcess =>
  spawn(process.execPath, [program, ...words], { stdio: ["ignore", "pipe", "pipe"] });

const left = (pid: number | undefined): readonly string[] =>
  [...readdirSync(tmpdir()), ...readdirSync("/sys/fs/cgroup/cpu")].filter(
    (name) => name.includes(`-${pid}`) && name.includes("sc-"),
  );

describe("the benchmark of real programs", { skip: whyNoLxc() }, () => {
  test("has a row for each arm with figures in it, the raw runs, and leaves nothing", async () => {
    const child = startBenchmark();
    assert.ok(child.stdout && child.stderr);
    const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const last = said.trim().split("\n").at(-1) ?? "";
    assert.match(last, /^\{/, complained);
    const { rows, runs } = JSON.parse(last);
    const arms = rows.map((row: { readonly arm: string }) => row.arm);
    assert.deepEqual(arms.slice(0, 3), ["unlimited", "fixed", "serverless-rules"]);
    for (const row of rows) {
      assert.ok(row.runSeconds > 0 && row.p99Ms >= row.p50Ms && row.p50Ms > 0, row.arm);
      assert.ok(row.used > 0 && row.allocated > row.used, row.arm);
    }
    assert.equal(runs.length, arms.length + 1);
    assert.deepEqual(left(child.pid), []);
  });

  test("ends at an interrupt and takes its container with it", async () => {
    const child = startBenchmark();
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const isSeen = (): boolean => left(child.pid).some((name) => name.startsWith("lxc.payload."));
    try {
      await until("the container runs", isSeen, 20);
    } finally {
      child.kill("SIGINT");
    }
    assert.equal(await ended, 130);
    assert.deepEqual(left(child.pid), []);
  });
});
