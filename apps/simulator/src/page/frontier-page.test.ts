import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { frontierPage } from "./frontier-page.ts";
import { inOrderOfMarks, markOf } from "./frontier-plot.ts";
import type { FrontierRow } from "./frontier-row.ts";

const row = (changed: Partial<FrontierRow>): FrontierRow => ({
  policy: "captain",
  trace: "a.txt",
  resource: "cpu",
  period: "own",
  utilization: 0.5,
  throttledRatio: 0,
  p99BacklogMs: 10,
  p999BacklogMs: 20,
  changesPerMinute: 1,
  neighbourP99Ms: null,
  kills: null,
  ...changed,
});

const pageOf = (...rows: readonly FrontierRow[]): string =>
  frontierPage({ rows, skipped: [], about: [["seeds", "5"]] });

/** Where the marks of the plots stand. */
const placesIn = (html: string) =>
  [...html.matchAll(/<g>.*?translate\(([\d.]+) ([\d.]+)\).*?<title>(.*?):/g)].map(
    ([, x, y, policy]) => [policy, Number(x), Number(y)] as const,
  );

describe("the page of the frontier", () => {
  test("has a plot for each trace, resource and period, and a table under them", () => {
    const html = pageOf(row({}), row({ period: "100ms" }), row({ trace: "b.txt" }));
    assert.equal(html.match(/<figure>/g)?.length, 3);
    assert.equal(html.match(/<table>/g)?.length, 3);
    assert.match(html, /<figcaption>a\.txt · cpu · own period<\/figcaption>/);
    assert.match(html, /<figcaption>a\.txt · cpu · 100ms<\/figcaption>/);
  });

  test("puts ten times the backlog equally far, and more utilization further up", () => {
    const html = pageOf(
      row({ policy: "one", p99BacklogMs: 1, utilization: 0.2 }),
      row({ policy: "ten", p99BacklogMs: 10, utilization: 0.4 }),
      row({ policy: "hundred", p99BacklogMs: 100, utilization: 0.6 }),
    );
    const places = new Map(placesIn(html).map(([policy, ...at]) => [policy, at]));
    const [one = [], ten = [], hundred = []] = ["one", "ten", "hundred"].map((each) =>
      places.get(each),
    );
    const [x1 = 0, y1 = 0] = one;
    const [x10 = 0, y10 = 0] = ten;
    const [x100 = 0, y100 = 0] = hundred;
    assert.ok(Math.abs(x100 - x10 - (x10 - x1)) < 0.21 && x10 > x1);
    assert.ok(Math.abs(y10 - y100 - (y1 - y10)) < 0.21 && y10 < y1);
  });

  test("shows no backlog at all at the edge, and utilization above all that is allocated", () => {
    const [[, x, y] = []] = placesIn(pageOf(row({ p99BacklogMs: 0, utilization: 1.2 })));
    assert.equal(x, 72);
    assert.equal(y, 14);
  });

  test("draws no plot where no backlog is known, and tells the rest in the table", () => {
    const html = pageOf(
      row({ resource: "mem", p99BacklogMs: null, p999BacklogMs: null, kills: 3 }),
    );
    assert.equal(html.includes("<figure>"), false);
    assert.match(html, /<th scope="col" class="number">kills<\/th>/);
    assert.equal(html.includes("p99 backlog, ms"), false);
  });

  test("gives each policy a mark of its own, ours first and above the others", () => {
    const others = Array.from({ length: 31 }, (_, index) => `peer-${index}`);
    const policies = inOrderOfMarks([...others, "burst-quota"]);
    assert.equal(policies[0], "burst-quota");
    const marks = policies.map((policy) => markOf(policies, policy, { x: 0, y: 0 }));
    assert.equal(new Set(marks).size, 32);
    const html = pageOf(row({}), row({ policy: "burst-quota" }), row({ policy: "vpa" }));
    assert.equal(placesIn(html).at(-1)?.[0], "burst-quota");
  });

  test("writes what files are called, and runs nothing of it", () => {
    const name = '<script>alert("1")</script>';
    const html = frontierPage({
      rows: [row({ trace: name, policy: name })],
      skipped: [{ file: name, reason: name }],
      about: [],
    });
    assert.equal(html.includes("<script"), false);
    assert.match(html, /Files that could not be used: 1/);
  });
});
