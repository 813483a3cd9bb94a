import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { describeContainer, drawContainer, makeLiveDisplay, type Shown } from "./live-display.ts";

const web: Shown = {
  name: "web",
  phase: "busy",
  usedShares: 20,
  limitShares: 40,
  maxShares: 80,
  lastReason: "used 10 of 26 shares, below 30",
};

/** An output that remembers what was written to it. */
function recording(properties: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  return { ...properties, written, write: (text: string) => written.push(text) };
}

describe("the picture of a container", () => {
  test("shows usage as a bar and the limit as a marker, both against max", () => {
    const [bar, reason] = drawContainer(web);
    const expected = `[${"█".repeat(10)}${" ".repeat(10)}|${" ".repeat(20)}]`;
    assert.equal(bar, `web  ${expected}  used 20 of 40 (max 80)  busy`);
    assert.equal(reason?.trim(), "used 10 of 26 shares, below 30");
  });

  test("a bar that fills the limit still shows the marker, and nothing leaves the frame", () => {
    const [bar] = drawContainer({ ...web, usedShares: 120, limitShares: 80 });
    assert.equal(bar?.includes(`[${"█".repeat(40)}|]`), true);
  });

  test("what is not known is shown as not known, never as 0", () => {
    const text = describeContainer({ ...web, usedShares: undefined, lastReason: undefined });
    assert.equal(text, "web  busy: used ? of 40 (max 80)");
  });
});

describe("the live display", () => {
  test("on a terminal a picture is drawn over the one before", () => {
    const output = recording({ isTTY: true, columns: 40 });
    const display = makeLiveDisplay(output, () => 0);
    display.show([web]);
    display.show([web]);
    assert.equal(output.written[1], "\x1b[2A\x1b[J");
    const lines = (output.written[0] ?? "").split("\n");
    assert.ok(lines.every((line) => line.length < 40));
  });

  test("what is said on a terminal stays above the picture", () => {
    const output = recording({ isTTY: true, columns: 80 });
    const display = makeLiveDisplay(output, () => 0);
    display.show([web]);
    display.say("Second run.");
    display.show([web]);
    assert.deepEqual(output.written.slice(1, 3), ["\x1b[2A\x1b[J", "Second run.\n"]);
    assert.equal(output.written.length, 4);
  });

  test("elsewhere it writes a line per container, at most every two seconds", () => {
    const output = recording();
    let now = 0;
    const display = makeLiveDisplay(output, () => now);
    for (now = 0; now < 4; now += 0.5) display.show([web]);
    assert.equal(output.written.length, 2);
    assert.equal(output.written.join("").includes("\x1b"), false);
  });
});
