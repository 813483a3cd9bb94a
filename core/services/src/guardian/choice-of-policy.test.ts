import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  monotonicSeconds,
  policyBook,
  type RunnablePolicy,
  reason,
  runnable,
  wallSeconds,
} from "@sc/domain";
import { idFor, nameFor, resourcesFor, settingsFor } from "@sc/domain/testing";
import { FakeBus } from "@sc/ports/testing";
import { Guardian } from "./guardian.ts";
import { host } from "./guardian-fixture.ts";

function guard() {
  const bus = new FakeBus();
  const decided: string[] = [];
  const policyCalled = (name: string): RunnablePolicy =>
    runnable<number>({
      name,
      resource: "cpu",
      begin: () => 0,
      decide: (state, { observation }) => {
        decided.push(`${observation.structure} ${name} ${state}`);
        const outcome = { kind: "hold" as const, reason: reason("inside-band", name) };
        return { state: state + 1, events: [], outcome };
      },
    });
  let policies = policyBook([policyCalled("one"), policyCalled("two")]);
  const chosen = new Map<string, string>();
  let mode: "auto" | "recommend" = "auto";
  new Guardian({
    bus,
    policies: () => policies,
    clock: { monotonic: () => monotonicSeconds(1), wall: () => wallSeconds(1001) },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    registry: {
      settingsOf: (name) => ({
        isPaused: false,
        resources: resourcesFor({
          cpu: settingsFor({ mode, policy: chosen.get(name) ?? "one" }),
          mem: settingsFor({ mode: "observe" }),
        }),
      }),
      isPaused: () => false,
    },
  }).start();
  const sample = (...names: readonly string[]): void => {
    const samples = names.map((name) => ({
      name: nameFor(name),
      id: idFor(name),
      at: monotonicSeconds(1),
      windowSeconds: 0.1,
      cpuSharesUsed: 150,
      cpuLimit: { quotaShares: 170, burstShares: 0, periodMs: 100, weight: 170 },
      isFrozen: false,
      memMibUsed: undefined,
      memMibFloor: undefined,
      memMibLimit: undefined,
    }));
    bus.publish("usage", { host: "h", at: monotonicSeconds(1), samples, hostObservation: host });
    assert.deepEqual(bus.errors, []);
  };
  return {
    decided,
    sample,
    choose: (name: string, policy: string) => void chosen.set(name, policy),
    onlyRecommend: () => {
      mode = "recommend";
    },
    install: (name: string) => {
      const known = [...policies.cpu.values()];
      policies = policyBook([...known, policyCalled(name)]);
    },
    holds: () =>
      bus
        .published("holds")
        .flat()
        .map(({ structure, reason: why }) => `${structure} ${why.code}`),
    newestHold: () => bus.published("holds").flat().at(-1)?.reason.text,
    requests: () => bus.published("requests").flat(),
  };
}

describe("which policy decides", () => {
  test("is chosen for each structure, and each goes on from its own state", () => {
    const { decided, sample, choose } = guard();
    choose("db", "two");
    sample("web", "db");
    sample("web", "db");
    assert.deepEqual(decided, ["web one 0", "db two 0", "web one 1", "db two 1"]);
  });

  test("may be changed while all runs: the new one begins anew, others go on", () => {
    const { decided, sample, choose } = guard();
    sample("web", "db");
    choose("web", "two");
    sample("web", "db");
    assert.deepEqual(decided.slice(2), ["web two 0", "db one 1"]);
    choose("web", "one");
    sample("web");
    assert.deepEqual(decided.slice(4), ["web one 0"]);
  });
});

describe("a policy that is not known", () => {
  test("is replaced by none: held, asked up to the safe limit once, told which there are", () => {
    const { decided, sample, choose, holds, newestHold, requests } = guard();
    choose("web", "gone-module");
    sample("web", "db");
    sample("web");
    assert.deepEqual(decided, ["db one 0"]);
    assert.deepEqual(holds(), ["web policy-unknown", "db inside-band", "web policy-unknown"]);
    assert.equal(
      newestHold(),
      "there is no policy called gone-module; cpu can be given to one, two",
    );
    assert.deepEqual(
      requests().map(({ structure, from, amount, policy }) => [structure, from, amount, policy]),
      [["web", 170, 130, "safe-limit"]],
    );
  });

  test("asks for nothing where nothing may be written", () => {
    const { sample, choose, holds, requests, onlyRecommend } = guard();
    onlyRecommend();
    choose("web", "gone-module");
    sample("web");
    assert.deepEqual([holds(), requests()], [["web policy-unknown"], []]);
  });

  test("decides as soon as it is there", () => {
    const { decided, sample, choose, install } = guard();
    choose("web", "three");
    sample("web");
    install("three");
    sample("web");
    assert.deepEqual(decided, ["web three 0"]);
  });

  test("is told by its own name when another unknown one takes its place", () => {
    const { sample, choose, newestHold } = guard();
    choose("web", "gone-module");
    sample("web");
    choose("web", "also-gone");
    sample("web");
    assert.match(newestHold() ?? "", /no policy called also-gone/);
  });

  test("ends when another is chosen", () => {
    const { decided, sample, choose } = guard();
    choose("web", "gone-module");
    sample("web");
    choose("web", "two");
    sample("web");
    assert.deepEqual(decided, ["web two 0"]);
  });
});
