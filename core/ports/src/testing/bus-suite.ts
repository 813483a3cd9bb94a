import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { type Hold, monotonicSeconds, parseStructureName, reason } from "@sc/domain";
import type { Bus } from "../bus.ts";

export interface BusHarness {
  readonly bus: Bus;
  /** How many exceptions of subscribers were reported so far. */
  readonly reported: () => number;
  /** Resolves when everything published so far was delivered. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** The promise of `Bus`: in the order of publishing, to everyone, whatever a subscriber does. */
export function busSuite(name: string, make: () => Promise<BusHarness> | BusHarness): void {
  describe(`${name} as bus`, () => {
    let harness: BusHarness;
    beforeEach(async () => {
      harness = await make();
    });
    afterEach(() => harness.close());

    deliveryTests(() => harness);
    nestingTests(() => harness);
    failureTests(() => harness);
  });
}

/** A message that can be told from another by its name. */
function holdsOf(name: string): readonly Hold[] {
  const parsed = parseStructureName(name);
  assert.ok(parsed.ok);
  const why = reason("inside-band", "inside the band");
  return [{ structure: parsed.value, resource: "cpu", reason: why, at: monotonicSeconds(1) }];
}

const nameOf = (holds: readonly Hold[]): string => holds[0]?.structure ?? "none";

function deliveryTests(harness: () => BusHarness): void {
  test("a message reaches every subscriber of its topic, and only those", async () => {
    const { bus, settle } = harness();
    const heard: string[] = [];
    bus.subscribe("holds", (holds) => heard.push(`first ${nameOf(holds)}`));
    bus.subscribe("holds", (holds) => heard.push(`second ${nameOf(holds)}`));
    bus.subscribe("orders", () => heard.push("orders"));
    bus.publish("holds", holdsOf("a"));
    await settle();
    assert.deepEqual(heard.toSorted(), ["first a", "second a"]);
  });

  test("messages arrive in the order of publishing", async () => {
    const { bus, settle } = harness();
    const heard: string[] = [];
    bus.subscribe("holds", (holds) => heard.push(nameOf(holds)));
    for (const name of ["a", "b", "c", "d"]) bus.publish("holds", holdsOf(name));
    await settle();
    assert.deepEqual(heard, ["a", "b", "c", "d"]);
  });

  test("publishing without a subscriber is no fault", async () => {
    const { bus, settle, reported } = harness();
    bus.publish("holds", holdsOf("a"));
    await settle();
    assert.equal(reported(), 0);
  });

  test("a cancelled subscription hears nothing more; the others do", async () => {
    const { bus, settle } = harness();
    const heard: string[] = [];
    const cancelled = bus.subscribe("holds", (holds) => heard.push(`cancelled ${nameOf(holds)}`));
    bus.subscribe("holds", (holds) => heard.push(`kept ${nameOf(holds)}`));
    cancelled.cancel();
    cancelled.cancel();
    bus.publish("holds", holdsOf("a"));
    await settle();
    assert.deepEqual(heard, ["kept a"]);
  });
}

function nestingTests(harness: () => BusHarness): void {
  test("what is published while a message is delivered comes after it, for everyone", async () => {
    const { bus, settle } = harness();
    const heard: string[] = [];
    bus.subscribe("holds", (holds) => {
      if (nameOf(holds) === "a") bus.publish("holds", holdsOf("b"));
    });
    bus.subscribe("holds", (holds) => heard.push(nameOf(holds)));
    bus.publish("holds", holdsOf("a"));
    await settle();
    assert.deepEqual(heard, ["a", "b"]);
  });

  test("a subscriber that cancels another while a message is delivered is no fault", async () => {
    const { bus, settle, reported } = harness();
    const heard: string[] = [];
    const others: { cancel(): void }[] = [];
    bus.subscribe("holds", () => {
      for (const other of others) other.cancel();
    });
    others.push(bus.subscribe("holds", (holds) => heard.push(nameOf(holds))));
    bus.publish("holds", holdsOf("a"));
    await settle();
    bus.publish("holds", holdsOf("b"));
    await settle();
    assert.equal(heard.includes("b"), false);
    assert.equal(reported(), 0);
  });
}

function failureTests(harness: () => BusHarness): void {
  test("a subscriber that throws is reported and keeps the message from nobody", async () => {
    const { bus, settle, reported } = harness();
    const heard: string[] = [];
    bus.subscribe("holds", () => {
      throw new Error("a subscriber's fault");
    });
    bus.subscribe("holds", (holds) => heard.push(nameOf(holds)));
    bus.publish("holds", holdsOf("a"));
    bus.publish("holds", holdsOf("b"));
    await settle();
    assert.deepEqual(heard, ["a", "b"]);
    assert.equal(reported(), 2);
  });
}
