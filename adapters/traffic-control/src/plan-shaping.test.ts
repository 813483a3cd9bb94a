import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Ingress } from "./parse-shaping.ts";
import { heldMbit, interfaceOfDevice, planShaping, type Shaping } from "./plan-shaping.ts";

const link = { name: "veth1", index: 7 };
const none: Shaping = { receive: { kind: "default" }, ingress: { kind: "none" }, send: undefined };
const leading: Ingress = { kind: "ours", filter: "leading", isShared: false };
const whole: Shaping = {
  receive: { kind: "ours", mbit: 20 },
  ingress: leading,
  send: { kind: "ours", mbit: 20 },
};
const limit = (mbit: number | null) => ({ receiveMbit: mbit, sendMbit: mbit });
const bucket = (device: string) =>
  `qdisc replace dev ${device} root handle 5cca: tbf rate 20000000bit burst 32768 latency 100ms`;
const filter =
  "filter add dev veth1 parent ffff: prio 23754 protocol all u32 match u32 0 0 action mirred egress redirect dev scifb7";

describe("from what stands there to a limit", () => {
  test("of both directions: the device first, and last what leads to it", () => {
    assert.deepEqual(planShaping(none, limit(20), link), {
      before: ["link add name scifb7 type ifb", "link set dev scifb7 up"],
      shaping: [bucket("veth1"), bucket("scifb7"), "qdisc add dev veth1 ingress", filter],
      after: [],
    });
  });

  test("that is there already: nothing", () => {
    assert.deepEqual(planShaping(whole, limit(20), link), { before: [], shaping: [], after: [] });
  });

  test("of none: what leads to the device goes before the device", () => {
    assert.deepEqual(planShaping(whole, limit(null), link), {
      before: [],
      shaping: ["qdisc del dev veth1 root", "qdisc del dev veth1 ingress"],
      after: ["link del dev scifb7"],
    });
  });

  test("of none, where another hand filters too: our filter alone goes", () => {
    const shared = { ...whole, ingress: { ...leading, isShared: true } };
    assert.deepEqual(planShaping(shared, limit(null), link).shaping, [
      "qdisc del dev veth1 root",
      "filter del dev veth1 parent ffff: prio 23754",
    ]);
  });

  test("after the device was taken away: it is made anew, and the filter with it", () => {
    const stale = { ...whole, ingress: { ...leading, filter: "stale" as const }, send: undefined };
    assert.deepEqual(planShaping(stale, limit(20), link), {
      before: ["link add name scifb7 type ifb", "link set dev scifb7 up"],
      shaping: [bucket("scifb7"), "filter del dev veth1 parent ffff: prio 23754", filter],
      after: [],
    });
  });

  test("of next to nothing: the least that lets a packet through", () => {
    assert.equal(heldMbit(0), 0.01);
    const [line] = planShaping(none, { receiveMbit: 0, sendMbit: null }, link).shaping;
    assert.match(line ?? "", /rate 10000bit/);
  });
});

test("a device of ours says which interface it is for", () => {
  assert.equal(interfaceOfDevice("scifb7"), 7);
  for (const name of ["ifb0", "scifb", "scifb7a", "scifbx"])
    assert.equal(interfaceOfDevice(name), undefined);
});
