import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  monotonicSeconds,
  policyBook,
  type Resource,
  reason,
  runnable,
  wallSeconds,
} from "@sc/domain";
import { resourcesFor, settingsFor } from "@sc/domain/testing";
import { FakeBus } from "@sc/ports/testing";
import { Guardian } from "./guardian.ts";
import { host, sampleOf } from "./guardian-fixture.ts";

describe("two resources of one structure", () => {
  const policyCalled = (name: string, resource: Resource, decided: string[]) =>
    runnable<number>({
      name: "counting",
      resource,
      begin: () => 0,
      decide: (state, { observation: { used } }) => {
        decided.push(`${name} ${state} ${used}`);
        if (used === 13) throw new Error("a fault of the policy");
        const outcome = { kind: "hold" as const, reason: reason("inside-band", name) };
        return { state: state + 1, events: [], outcome };
      },
    });

  function guardBoth() {
    const bus = new FakeBus();
    const decided: string[] = [];
    const mem = policyCalled("mem", "mem", decided);
    let policies = policyBook([policyCalled("cpu", "cpu", decided), mem]);
    const settings = settingsFor({ policy: "counting" });
    let isActive = true;
    new Guardian({
      bus,
      policies: () => policies,
      isActive: () => isActive,
      clock: { monotonic: () => monotonicSeconds(1), wall: () => wallSeconds(1001) },
      log: { info: () => {}, warn: () => {}, error: () => {} },
      registry: {
        settingsOf: () => ({
          isPaused: false,
          resources: resourcesFor({ cpu: settings, mem: settings }),
        }),
        isPaused: () => false,
      },
    }).start();
    const sample = (memMibUsed: number | undefined, memMibLimit: number | null = 256) => {
      const samples = [sampleOf("web", { memMibUsed, memMibLimit })];
      bus.publish("usage", { host: "h", at: monotonicSeconds(1), samples, hostObservation: host });
    };
    const replace = (): void => {
      policies = policyBook([policyCalled("new cpu", "cpu", decided), mem]);
    };
    const setActive = (next: boolean): void => {
      isActive = next;
    };
    return { bus, decided, sample, replace, setActive };
  }

  test("are decided about alone: what is missing of one says nothing about the other", () => {
    const { decided, sample } = guardBoth();
    sample(undefined);
    assert.deepEqual(decided, ["cpu 0 150", "mem 0 undefined"]);
  });

  test("are quarantined alone, and asked up to the safe limit alone", () => {
    const { bus, decided, sample } = guardBoth();
    sample(13);
    sample(14);
    assert.deepEqual(decided, ["cpu 0 150", "mem 0 13", "cpu 1 150"]);
    const requests = bus.published("requests").flat();
    assert.deepEqual(
      requests.map(({ resource, from, amount }) => [resource, from, amount]),
      [["mem", 256, 44]],
    );
  });

  test("have policies that may be replaced: the new one begins anew, the other goes on", () => {
    const { decided, sample, replace } = guardBoth();
    sample(1);
    replace();
    sample(2);
    assert.deepEqual(decided.slice(2), ["new cpu 0 150", "mem 1 2"]);
  });

  test("are not decided about while the guardian is switched off", () => {
    const { decided, sample, setActive } = guardBoth();
    setActive(false);
    sample(1);
    assert.deepEqual(decided, []);
    setActive(true);
    sample(1);
    assert.equal(decided.length, 2);
  });

  test("begin anew after the guardian was switched off: what it saw before is over", () => {
    const { decided, sample, setActive } = guardBoth();
    sample(1);
    setActive(false);
    sample(2);
    setActive(true);
    sample(3);
    assert.deepEqual(decided.slice(2), ["cpu 0 150", "mem 0 3"]);
  });
});
