import assert from "node:assert/strict";
import { anyText, anyValue, fuzzTarget, spoiled } from "@sc/domain/testing";
import fc from "fast-check";
import { parseCounters, parseLinks, parseNamespaces, parsePairEnds } from "./parse-links.ts";
import { egressOf, entranceOf, ingressOf, parseQdiscs } from "./parse-shaping.ts";
import { mbitOfWords, planShaping } from "./plan-shaping.ts";

const oneOf = (...known: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof(fc.constantFrom(...known), anyValue);
const thing = fc.record(
  {
    kind: oneOf("tbf", "ingress", "clsact", "u32"),
    handle: oneOf("5cca:", "ffff:", "0:"),
    root: oneOf(true),
    pref: oneOf(23_754, 1),
    options: oneOf({ rate: 1 }, { rate: -1 }, { actions: [{ to_dev: "scifb7" }] }),
    ifname: oneOf("veth1", "-x"),
    ifindex: oneOf(7),
    link_netnsid: oneOf(0),
    linkinfo: oneOf({ info_kind: "veth" }),
    namespaces: oneOf([{ ns: 4026532246, netnsid: "0" }]),
  },
  { requiredKeys: [] },
);
const list = fc.array(thing, { maxLength: 4 }).map((things) => JSON.stringify(things) ?? "");
const counters = fc.constantFrom(" veth1: 90 1 0 0 0 0 0 0 70 1 0 0 0 0 0 0\n", "x: 1 2\n");
const text = fc.oneof(list, spoiled(list), counters, spoiled(counters), anyText);

export const targets = [
  fuzzTarget("traffic-control-output", fc.tuple(text, text), ([one, other]) => {
    for (const { name, index } of parsePairEnds(one) ?? []) {
      assert.match(name, /^[A-Za-z0-9_][\w.@-]{0,14}$/);
      assert.ok(Number.isFinite(index));
    }
    for (const id of parseNamespaces(one)?.values() ?? []) assert.ok(Number.isSafeInteger(id));
    for (const { bytesReceived, bytesSent } of parseCounters(one).values())
      assert.ok(Number.isFinite(bytesReceived + bytesSent));
    for (const { index } of parseLinks(one) ?? []) assert.ok(Number.isFinite(index));
    const mbit = mbitOfWords(one);
    assert.ok(mbit === undefined || mbit === null || Number.isFinite(mbit));
    const device = { name: "scifb7", isThere: true };
    const [own, others] = [one, other].map((each) =>
      [...(parseQdiscs(each)?.values() ?? [])].flat(),
    );
    const ingress = ingressOf(entranceOf(own ?? []), other, device);
    if (ingress === undefined) return;
    const [receive, send] = [egressOf(own ?? []), egressOf(others ?? [])];
    const limit = { receiveMbit: 1, sendMbit: null };
    const steps = planShaping({ receive, ingress, send }, limit, { name: "veth1", index: 7 });
    for (const line of [...steps.before, ...steps.shaping, ...steps.after])
      assert.match(line, /^[\w :.-]+$/);
  }),
];
