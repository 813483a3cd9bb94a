import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hostileReport } from "./report-fixture.ts";
import { runPage } from "./run-page.ts";

const html = runPage(hostileReport);

describe("the page of a run", () => {
  test("needs nothing from elsewhere, and forbids the browser to ask", () => {
    assert.deepEqual(html.match(/(?:src|href)=/g), null);
    const addresses = html.match(/\bhttps?:\/\/[^"\s]+/g) ?? [];
    assert.deepEqual([...new Set(addresses)], ["http://www.w3.org/2000/svg"]);
    assert.match(html, /Content-Security-Policy" content="default-src 'none'/);
  });

  test("shows names as they are and runs nothing of them", () => {
    assert.equal(html.includes("<script>alert"), false);
    assert.equal(html.includes("<b>"), false);
    assert.match(html, /a&lt;\/script&gt;&lt;script&gt;alert\(&#39;1&#39;\)/);
    assert.equal(html.match(/<\/script>/g)?.length, 2);
  });

  test("tells figures with their units, and every change with its reason", () => {
    for (const text of ["80.0 %", "1.25 ms", "20 ms", "12.0 core-s", "1.5 %"])
      assert.match(html, new RegExp(`<dd>${text}</dd>`));
    assert.match(html, /20\.25<\/td>.*60<\/td>.*no limit<\/td>.*release<\/td>.*put back/);
  });

  test("carries the curves that there are, and what each change did", () => {
    const [, json = ""] = /id="plots">(.*?)<\/script>/s.exec(html) ?? [];
    const { panels, endSeconds } = JSON.parse(json);
    assert.equal(endSeconds, 30);
    const [cpu, backlog] = panels;
    assert.deepEqual(
      cpu.curves.map(({ name, values }: { name: string; values: unknown }) => [name, values]),
      [
        ["used", [40, 35.12, null]],
        ["limit", [50, 60, null]],
        ["upper", [45, 54, null]],
      ],
    );
    assert.deepEqual(backlog.curves[0].values, [0, 2.5, 0]);
    assert.deepEqual(cpu.events, [
      { at: 10, kind: "grow", words: "50 → 60 shares, uses <b>more</b>" },
      { at: 20.25, kind: "grow", words: "60 → no limit shares, put back" },
    ]);
  });

  test("has a label for each plot, and says of how many changes it left out", () => {
    assert.match(html, /aria-label="CPU in shares over time: used, limit, upper"/);
    const [change] = hostileReport.changes;
    assert.ok(change !== undefined);
    const many = runPage({ ...hostileReport, changes: Array(2500).fill(change) });
    assert.match(many, /2500, of which the last 500 are left out here/);
  });
});
