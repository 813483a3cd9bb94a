import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { metrics, PrometheusMetrics } from "./prometheus-metrics.ts";
import { sourcesOf, structureCalled } from "./testing/sample-sources.ts";

const isThere = spawnSync("promtool", ["--version"]).status === 0;

test("promtool has nothing to say about names, units and types", {
  skip: !isThere && "promtool is missing: npm run setup:debian",
}, async () => {
  const known = { ...structureCalled("web").resources.cpu };
  const all = structureCalled("web", { resources: { cpu: known, mem: known } });
  // Where nothing else is open, as in a run without a terminal, one thing to count.
  const timer = setTimeout(() => {}, 60_000);
  const input = await new PrometheusMetrics(sourcesOf([all, structureCalled("db")])).text();
  clearTimeout(timer);
  for (const { name } of metrics) assert.ok(input.includes(`\n${name}`), name);
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
    input,
    encoding: "utf8",
  });
  assert.deepEqual([status, stdout, stderr], [0, "", ""]);
});

const page = new URL("../../../docs/reference/metrics.md", import.meta.url);

test("the reference page has a row for every metric, and no other", () => {
  const rows = metrics.map(({ name, type, labels, help }) => {
    const words = labels.map((label) => `\`${label}\``).join(", ");
    return `| \`${name}\` | ${type} | ${words} | ${help} |`;
  });
  const text = readFileSync(page, "utf8");
  const lines = text.split("\n");
  const isRow = (line: string): boolean => line.startsWith("| `");
  const first = lines.findIndex(isRow);
  const written = [
    ...lines.slice(0, first),
    ...rows,
    ...lines.slice(first).filter((line) => !isRow(line)),
  ].join("\n");
  // `npm run docs` writes it anew.
  if (process.env.SC_WRITE_DOCS === "1") writeFileSync(page, written);
  assert.equal(readFileSync(page, "utf8"), written);
});
