import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { twoMinutes } from "../testing/session-fixture.ts";
import { escaped } from "./svg.ts";
import { usagePicture } from "./usage-picture.ts";

const utc = { utcOffsetSeconds: () => 0 };

describe("the picture", () => {
  const picture = usagePicture(twoMinutes, { ...utc, resources: ["cpu", "mem"] });

  test("has title, time, step, legend and sums", () => {
    for (const words of [
      "web: usage and limit over time",
      "1 Jan 1970, 00:14:40 to 00:16:40 UTC, in steps of 60 s",
      "most used",
      "CPU, shares (100 = one core)",
      "60 core-seconds",
      "25 %",
      "Memory",
    ]) {
      assert.ok(picture.includes(`>${words}<`), words);
    }
  });

  test("shows cpu above memory", () => {
    assert.ok(picture.indexOf(">CPU,") < picture.indexOf(">Memory<"));
  });

  test("needs nothing from elsewhere and runs nothing", () => {
    assert.doesNotMatch(picture, /<script|<image|href=|url\(|@import/);
    assert.deepEqual(picture.match(/https?:\/\/[^"]+/g), ["http://www.w3.org/2000/svg"]);
  });

  test("holds no number that is none", () => {
    assert.doesNotMatch(picture, /NaN|Infinity|undefined|null/);
  });

  test("of one resource is lower", () => {
    const one = usagePicture(twoMinutes, { ...utc, resources: ["cpu"] });
    const height = (svg: string) => Number(/ height="(\d+)"/.exec(svg)?.[1]);
    assert.ok(height(one) < height(picture));
  });

  test("of nothing says so", () => {
    const nothing = usagePicture({ ...twoMinutes, stamps: [] }, { ...utc, resources: ["cpu"] });
    assert.match(nothing, />nothing is known of this time</);
    assert.doesNotMatch(nothing, /NaN|Infinity/);
  });

  test("leaves out a maximum that would press the curves flat, and keeps its sum", () => {
    const { cpu } = twoMinutes;
    const wide = { ...twoMinutes, cpu: { ...cpu, reserved: [6400, 6400] } };
    const drawn = usagePicture(wide, { ...utc, resources: ["cpu"] });
    assert.doesNotMatch(drawn, />max</);
    assert.match(drawn, />reserved </);
    assert.match(drawn, />250</);
  });

  test("takes a name as text", () => {
    const named = usagePicture(
      { ...twoMinutes, structure: "<b>&\u0007" },
      { ...utc, resources: [] },
    );
    assert.match(named, /&lt;b&gt;&amp;: usage/);
    assert.equal(escaped('"\u0000'), "&quot;");
  });
});
