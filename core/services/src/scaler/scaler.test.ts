import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cpuLimitOfShares, monotonicSeconds, reason } from "@sc/domain";
import { idFor, nameFor, requestFor } from "@sc/domain/testing";
import { roomy, scale, scaleOne } from "./scaler-fixture.ts";

describe("orders", () => {
  test("are made in the very call in which the requests arrive", () => {
    const { request, orders } = scaleOne();
    request(requestFor("web"));
    const [order] = orders();
    assert.deepEqual([order?.host, order?.structure], ["host-1", "web"]);
    assert.deepEqual(order?.target, { resource: "cpu", limit: cpuLimitOfShares(175, 100) });
  });

  test("of containers that were never sampled are held", () => {
    const { request, orders, heldCodes } = scaleOne();
    request(requestFor("stranger"));
    assert.deepEqual(orders(), []);
    assert.deepEqual(heldCodes(), ["unknown-structure"]);
  });

  test("are not made while paused", () => {
    const { request, orders, heldCodes, pause } = scaleOne();
    pause("web");
    request(requestFor("web"));
    assert.deepEqual(orders(), []);
    assert.deepEqual(heldCodes(), ["paused"]);
  });

  test("have sequences that grow, from the boot's clock on", () => {
    const { request, answer, orders, usage, wait } = scaleOne();
    request(requestFor("web"));
    answer(orders()[0]);
    usage({ web: 175 });
    request(requestFor("web", { from: 175 }));
    wait(0.5);
    answer(orders()[1]);
    usage({ web: 250 });
    request(requestFor("web", { from: 250, amount: 50 }));
    assert.deepEqual(
      orders().map((order) => order.sequence),
      [1_000_000_000, 1_000_000_001, 1_000_500_000],
    );
  });

  test("wait for the answer to the one before", () => {
    const { request, orders, heldCodes, usage } = scaleOne();
    request(requestFor("web"));
    usage({ web: 100 });
    request(requestFor("web"));
    assert.equal(orders().length, 1);
    assert.deepEqual(heldCodes(), ["write-pending"]);
  });

  for (const [code, seconds] of [
    ["drift-held", 5],
    ["quarantined", 5],
    ["write-pending", 1],
  ] as const) {
    test(`refused with ${code} are not made again for ${seconds} s, with the agent's own reason`, () => {
      const { request, answer, orders, bus, wait } = scaleOne({ holdSeconds: 0 });
      const detail = reason(code, "as the agent says");
      request(requestFor("web"));
      answer(orders()[0], { outcome: "refused", detail });
      for (let tenth = 1; tenth < seconds * 10; tenth += 1) {
        wait(0.1);
        request(requestFor("web"));
      }
      assert.equal(orders().length, 1);
      assert.deepEqual(bus.published("held").flat().at(-1)?.reason, detail);
      wait(0.2);
      request(requestFor("web"));
      assert.equal(orders().length, 2);
    });
  }

  test("wait no longer than 5 s for it", () => {
    const { request, orders, usage, wait } = scaleOne();
    request(requestFor("web"));
    wait(5);
    usage({ web: 100 });
    request(requestFor("web"));
    assert.equal(orders().length, 2);
  });

  test("are not kept waiting by the answer to another order", () => {
    const { request, answer, orders, heldCodes } = scaleOne();
    request(requestFor("web"));
    answer(orders()[0], { sequence: 7 });
    request(requestFor("web"));
    assert.deepEqual(heldCodes(), ["write-pending"]);
  });

  test("count on the limit the answer tells, before the next sample does", () => {
    const { request, answer, orders, heldCodes } = scaleOne();
    request(requestFor("web"));
    answer(orders()[0]);
    request(requestFor("web"));
    assert.deepEqual(heldCodes(), ["unchanged"]);
  });
});

describe("the host's room", () => {
  const full = { ...roomy, cpu: { ...roomy.cpu, granted: 800 } };

  test("is not given out twice before the host was observed again", () => {
    const { set, appear, usage, request, answer, orders, limits } = scale();
    for (const name of ["a", "b"]) {
      set(name);
      appear(name);
    }
    usage({ a: 100, b: 100 }, full);
    request(requestFor("a"));
    answer(orders()[0]);
    request(requestFor("b"));
    assert.deepEqual(limits(), [175, 125]);
  });

  test("counts an order under way, until its answer or time-out, also after an observation", () => {
    const { set, appear, usage, request, limits } = scale();
    for (const name of ["a", "b"]) {
      set(name);
      appear(name);
    }
    usage({ a: 100, b: 100 }, full);
    request(requestFor("a"));
    usage({ a: 100, b: 100 }, full);
    request(requestFor("b"));
    assert.deepEqual(limits(), [175, 125]);
  });
});

test("a container that is gone is forgotten", () => {
  const { notice, request, heldCodes } = scaleOne();
  notice({
    kind: "gone",
    name: nameFor("web"),
    id: idFor("web"),
    at: monotonicSeconds(1000),
  });
  request(requestFor("web"));
  assert.deepEqual(heldCodes(), ["unknown-structure"]);
});

test("after stop nothing is ordered", async () => {
  const { scaler, request, orders } = scaleOne();
  assert.equal(scaler.health().status, "running");
  await scaler.stop();
  request(requestFor("web"));
  assert.deepEqual(orders(), []);
  assert.equal(scaler.health().status, "stopped");
});
