import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { egressOf, entranceOf, ingressOf, ourPreference, parseQdiscs } from "./parse-shaping.ts";

const ofOne = (text: string) => [...(parseQdiscs(text)?.values() ?? [])].flat();

const root = (change: object): string =>
  JSON.stringify([
    { kind: "tbf", handle: "5cca:", root: true, options: { rate: 2_500_000 }, ...change },
  ]);

describe("where packets leave", () => {
  const rows = [
    { what: "our bucket", text: root({}), egress: { kind: "ours", mbit: 20 } },
    {
      what: "what the kernel puts there",
      text: root({ handle: "0:", kind: "noqueue" }),
      egress: { kind: "default" },
    },
    { what: "nothing", text: "", egress: { kind: "default" } },
    {
      what: "a bucket of another hand",
      text: root({ handle: "1:" }),
      egress: { kind: "foreign", what: "tbf 1:" },
    },
    {
      what: "another kind under our handle",
      text: root({ kind: "htb" }),
      egress: { kind: "foreign", what: "htb 5cca:" },
    },
    {
      what: "a bucket without a rate",
      text: root({ options: {} }),
      egress: { kind: "foreign", what: "tbf 5cca:" },
    },
  ] as const;
  for (const { what, text, egress } of rows)
    test(`stands ${what}`, () => assert.deepEqual(egressOf(ofOne(text)), egress));

  test("is told of all interfaces at once", () => {
    const of = (dev: string, change: object): string => root({ dev, ...change }).slice(1, -1);
    const all = parseQdiscs(`[${of("veth1", {})},${of("eth0", { handle: "1:" })}]`);
    assert.deepEqual([...(all?.keys() ?? [])], ["veth1", "eth0"]);
    assert.equal(egressOf(all?.get("veth1") ?? []).kind, "ours");
    assert.equal(parseQdiscs("{"), undefined);
  });
});

describe("where packets come in", () => {
  const entrance = JSON.stringify([{ kind: "ingress", handle: "ffff:", parent: "ffff:fff1" }]);
  const clsact = JSON.stringify([{ kind: "clsact", handle: "ffff:", parent: "ffff:fff1" }]);
  const ours = { pref: ourPreference, options: { actions: [{ to_dev: "scifb7" }] } };
  const other = { pref: 1, options: { actions: [{ to_dev: "ifb0" }] } };
  const stale = { pref: ourPreference, options: { actions: [{ to_dev: "*" }] } };
  const rows = [
    { what: "nothing", places: "[]", filters: [], isThere: true, ingress: { kind: "none" } },
    {
      what: "what leads to our device",
      filters: [ours],
      isThere: true,
      ingress: { kind: "ours", filter: "leading", isShared: false },
    },
    {
      what: "the same, beside a filter of another hand",
      filters: [ours, other],
      isThere: true,
      ingress: { kind: "ours", filter: "leading", isShared: true },
    },
    {
      what: "what leads to a device that is gone",
      filters: [stale],
      isThere: false,
      ingress: { kind: "ours", filter: "stale", isShared: false },
    },
    {
      what: "nothing yet, of a process that died after it made the device",
      filters: [],
      isThere: true,
      ingress: { kind: "ours", filter: "none", isShared: false },
    },
    {
      what: "a place of another hand",
      filters: [],
      isThere: false,
      ingress: { kind: "foreign", what: "ingress" },
    },
    {
      what: "filters of another hand",
      filters: [other],
      isThere: true,
      ingress: { kind: "foreign", what: "ingress" },
    },
    {
      what: "another kind of place",
      places: clsact,
      filters: [],
      isThere: true,
      ingress: { kind: "foreign", what: "clsact" },
    },
  ] as const;
  for (const { what, filters, isThere, ingress, ...row } of rows) {
    test(`stands ${what}`, () => {
      const places = "places" in row ? row.places : entrance;
      const device = { name: "scifb7", isThere };
      const found = entranceOf(ofOne(places));
      assert.deepEqual(ingressOf(found, JSON.stringify(filters), device), ingress);
    });
  }

  test("what is no list is not known", () => {
    const device = { name: "scifb7", isThere: true };
    assert.equal(ingressOf(undefined, "nonsense", device), undefined);
  });
});
