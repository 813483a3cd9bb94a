import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Log, LogFields } from "@sc/ports";
import { busSuite } from "@sc/ports/testing";
import { InProcessBus } from "./in-process-bus.ts";

function recordingLog(): { readonly log: Log; readonly errors: (LogFields | undefined)[] } {
  const errors: (LogFields | undefined)[] = [];
  const log: Log = {
    info: () => undefined,
    warn: () => undefined,
    error: (_message, fields) => errors.push(fields),
  };
  return { log, errors };
}

busSuite("the in-process bus", () => {
  const { log, errors } = recordingLog();
  return {
    bus: new InProcessBus({ log }),
    reported: () => errors.length,
    settle: async () => undefined,
    close: async () => undefined,
  };
});

describe("InProcessBus", () => {
  test("has delivered a message, and what followed from it, when publish returns", () => {
    const bus = new InProcessBus({ log: recordingLog().log });
    const heard: string[] = [];
    bus.subscribe("events", () => bus.publish("requests", []));
    bus.subscribe("requests", () => bus.publish("orders", []));
    bus.subscribe("orders", () => heard.push("orders"));
    bus.publish("events", []);
    assert.deepEqual(heard, ["orders"]);
  });

  test("delivers breadth first: all of the first answers before the answers to those", () => {
    const bus = new InProcessBus({ log: recordingLog().log });
    const heard: string[] = [];
    bus.subscribe("events", () => {
      bus.publish("requests", []);
      bus.publish("holds", []);
      heard.push("events");
    });
    bus.subscribe("requests", () => {
      bus.publish("orders", []);
      heard.push("requests");
    });
    bus.subscribe("holds", () => heard.push("holds"));
    bus.subscribe("orders", () => heard.push("orders"));
    bus.publish("events", []);
    assert.deepEqual(heard, ["events", "requests", "holds", "orders"]);
  });

  test("logs what a subscriber threw, with its topic", () => {
    const { log, errors } = recordingLog();
    const bus = new InProcessBus({ log });
    const fault = new Error("a subscriber's fault");
    bus.subscribe("events", () => {
      throw fault;
    });
    bus.publish("events", []);
    assert.deepEqual(errors, [{ topic: "events", cause: fault }]);
  });

  test("ends a ring of subscribers that answer each other, and works on after it", () => {
    const bus = new InProcessBus({ log: recordingLog().log });
    const ring = bus.subscribe("events", () => bus.publish("events", []));
    assert.throws(() => bus.publish("events", []), /for ever/);
    ring.cancel();
    let heard = 0;
    bus.subscribe("events", () => {
      heard += 1;
    });
    bus.publish("events", []);
    assert.equal(heard, 1);
  });

  test("a handler that subscribed twice is called twice, and once after one is cancelled", () => {
    const bus = new InProcessBus({ log: recordingLog().log });
    let heard = 0;
    const handle = (): void => {
      heard += 1;
    };
    const once = bus.subscribe("events", handle);
    bus.subscribe("events", handle);
    bus.publish("events", []);
    once.cancel();
    bus.publish("events", []);
    assert.equal(heard, 3);
  });
});
