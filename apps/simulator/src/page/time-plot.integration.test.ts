/* The script in a page, in a real browser: what it draws, and what looking closer does. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { hostileReport } from "./report-fixture.ts";
import { runPage } from "./run-page.ts";

const chromium = "/usr/bin/chromium";
const options = existsSync(chromium) ? {} : { skip: "no chromium" };

describe("the script of the page", options, () => {
  const folder = mkdtempSync(join(tmpdir(), "sc-page-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The page as it stands after its script, and a further one, have run. */
  function shown(further = ""): string {
    const script = `<script type="module">${further}</script></body>`;
    const file = join(folder, "page.html");
    writeFileSync(
      file,
      runPage(hostileReport).replace("</body>", () => script),
    );
    const words = [
      "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync",
      "--disable-background-networking --disable-component-update --dump-dom",
    ];
    const args = [
      ...words.join(" ").split(" "),
      `--user-data-dir=${join(folder, "profile")}`,
      file,
    ];
    return execFileSync(chromium, args, { encoding: "utf8", stdio: "pipe", timeout: 60_000 });
  }
  const press = (key: string): string =>
    `document.getElementById("plot-0").dispatchEvent(new KeyboardEvent("keydown", { key: "${key}" }));`;
  const point = (type: string, part: number): string =>
    `{ const plot = document.getElementById("plot-0"); const box = plot.getBoundingClientRect();
       const clientX = box.left + box.width * (62 + ${part} * 1066) / 1160;
       plot.setPointerCapture = () => {};
       plot.dispatchEvent(new PointerEvent("${type}", { clientX, pointerId: 1 })); }`;
  const rangeOf = (html: string): string => /id="range"[^>]*>([^<]*)/.exec(html)?.[1] ?? "";

  test("draws the curves with their gaps, the changes with their words, and the whole run", () => {
    const html = shown();
    // Two steps of three are known, each a third of the plot wide.
    assert.match(html, /class="curve limit" d="M62\.0 [\d.]+H417\.3L417\.3 [\d.]+H772\.7"/);
    assert.match(html, /<title>0:00:10: 50 → 60 shares, uses &lt;b&gt;more&lt;\/b&gt;<\/title>/);
    assert.equal(rangeOf(html), "0:00:00 – 0:00:30");
  });

  test("looks closer by keys, moves, and comes back", () => {
    assert.equal(rangeOf(shown(press("+"))), "0:00:07.5 – 0:00:22.5");
    assert.equal(rangeOf(shown(press("+") + press("ArrowRight"))), "0:00:15.0 – 0:00:30.0");
    assert.equal(rangeOf(shown(press("+") + press("Escape"))), "0:00:00 – 0:00:30");
  });

  test("looks closer by dragging, and tells what the curves say under the pointer", () => {
    const moved = point("pointerdown", 0.2) + point("pointermove", 0.4);
    const html = shown(moved + point("pointerup", 0.6));
    assert.equal(rangeOf(html), "0:00:06.0 – 0:00:18.0");
    assert.match(html, /used 35\.12, limit 60, upper 54 shares · since 0:00:10: 50 → 60 shares/);
  });
});
