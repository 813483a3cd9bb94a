import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Decision,
  type DecisionInput,
  monotonicSeconds,
  type Policy,
  policyBook,
  type Resource,
  type ResourceSettings,
  reason,
  resources,
  runnable,
  type StructureName,
  type StructureSettings,
  type UsageSample,
  wallSeconds,
} from "@sc/domain";
import {
  idFor,
  nameFor,
  policyFor,
  requestFor,
  resourcesFor,
  settingsFor,
} from "@sc/domain/testing";
import { FakeBus } from "@sc/ports/testing";
import { Guardian } from "./guardian.ts";
import { host, sampleOf } from "./guardian-fixture.ts";

/** How many times each structure was decided about; throws for those named `bad…`. */
class CountingPolicy implements Policy<number> {
  readonly name = "counting";
  readonly resource = "cpu";
  readonly counts: string[] = [];
  begin = () => 0;
  decide(state: number, { observation }: DecisionInput): Decision<number> {
    if (observation.structure.startsWith("bad")) throw new Error("a fault of the policy");
    this.counts.push(`${observation.structure} ${state}`);
    const outcome = { kind: "hold" as const, reason: reason("inside-band", "inside") };
    return { state: state + 1, events: [], outcome };
  }
}

const observed = settingsFor({ mode: "observe" });

function guard<State>(policy: Policy<State>) {
  const bus = new FakeBus();
  const settings = new Map<StructureName, StructureSettings>();
  const policies = policyBook([runnable(policy)]);
  const errors: string[] = [];
  let isPausedAll = false;
  let guarded: readonly Resource[] = resources;
  const guardian = new Guardian({
    bus,
    policies: () => policies,
    guardedResources: () => guarded,
    clock: { monotonic: () => monotonicSeconds(1), wall: () => wallSeconds(1001) },
    log: { info: () => {}, warn: () => {}, error: (message) => errors.push(message) },
    registry: {
      settingsOf: (name) => settings.get(name),
      isPaused: (name) => isPausedAll || settings.get(name)?.isPaused === true,
    },
  });
  guardian.start();
  const set = (name: string, changed: Partial<ResourceSettings> = {}): void => {
    const one = settingsFor({ policy: policy.name, ...changed });
    settings.set(nameFor(name), {
      isPaused: false,
      resources: resourcesFor({ cpu: one, mem: observed }),
    });
  };
  const setMemory = (name: string): void => {
    const mem = settingsFor({ min: 64, max: 900 });
    settings.set(nameFor(name), {
      isPaused: false,
      resources: resourcesFor({ cpu: observed, mem }),
    });
  };
  const sample = (...samples: readonly UsageSample[]): void => {
    bus.publish("usage", { host: "h", at: monotonicSeconds(1), samples, hostObservation: host });
    assert.deepEqual(bus.errors, []);
  };
  return {
    bus,
    guardian,
    errors,
    set,
    setMemory,
    sample,
    pauseAll: () => {
      isPausedAll = true;
    },
    guardOnly: (...only: readonly Resource[]) => {
      guarded = only;
    },
    requests: () => bus.published("requests").flat(),
    holdCodes: () =>
      bus
        .published("holds")
        .flat()
        .map((hold) => hold.reason.code),
  };
}

describe("which structures it decides about", () => {
  test("asks for more in the very call in which the usage arrives", () => {
    const { set, sample, requests, bus } = guard(policyFor());
    set("web");
    sample(sampleOf("web"));
    assert.deepEqual(
      requests().map((request) => [request.structure, request.amount, request.stamp]),
      [["web", 75, 1001]],
    );
    assert.equal(bus.published("events").flat().length, 1);
  });

  test("what is observed, or not known, is left alone: nothing is published", () => {
    const { set, sample, bus } = guard(policyFor());
    set("web", { mode: "observe" });
    sample(sampleOf("web"), sampleOf("stranger"));
    for (const topic of ["events", "requests", "holds"] as const) {
      assert.deepEqual(bus.published(topic), []);
    }
  });

  test("a sample that spans a gap decides nothing, and what was seen before it counts no longer", () => {
    const { set, sample, requests, holdCodes } = guard(policyFor());
    set("web");
    const idle = { ...sampleOf("web"), cpuSharesUsed: 0 };
    for (let index = 0; index < 5; index += 1) sample(idle);
    sample({ ...idle, windowSeconds: 600, spansGap: true });
    assert.equal(holdCodes().at(-1), "sampling-gap");
    for (let index = 0; index < 5; index += 1) sample(idle);
    assert.deepEqual(requests(), []);
    sample(idle);
    assert.equal(requests().length, 1);
  });

  test("recommend makes recommendations", () => {
    const { set, sample, requests } = guard(policyFor());
    set("web", { mode: "recommend" });
    sample(sampleOf("web"));
    assert.equal(requests()[0]?.isRecommendation, true);
  });

  test("one batch of usage makes one message of each kind", () => {
    const { set, sample, bus } = guard(policyFor());
    set("a");
    set("b");
    set("c");
    sample(sampleOf("a"), sampleOf("b"), sampleOf("c", { cpuSharesUsed: 120 }));
    assert.equal(bus.published("requests").length, 1);
    assert.equal(bus.published("requests")[0]?.length, 2);
    assert.equal(bus.published("holds").length, 1);
  });

  test("says of each one it holds why", () => {
    const { set, sample, bus } = guard(policyFor());
    set("web");
    sample(sampleOf("web", { cpuSharesUsed: 120 }));
    const [hold] = bus.published("holds").flat();
    assert.equal(hold?.structure, "web");
    assert.match(hold?.reason.text ?? "", /used 120 of 170 shares, inside the band 110 to 140/);
  });

  test("paused: holds, decides nothing, and begins anew after it", () => {
    const policy = new CountingPolicy();
    const { set, sample, pauseAll, holdCodes } = guard(policy);
    set("web");
    sample(sampleOf("web"));
    pauseAll();
    sample(sampleOf("web"));
    assert.deepEqual(policy.counts, ["web 0"]);
    assert.deepEqual(holdCodes(), ["inside-band", "paused"]);
  });
});

describe("a resource that guardedResources does not name", () => {
  test("keeps its limit, and is decided about anew once it is named again", () => {
    const policy = new CountingPolicy();
    const { set, sample, guardOnly, holdCodes } = guard(policy);
    set("web");
    sample(sampleOf("web"));
    guardOnly("mem");
    sample(sampleOf("web"));
    guardOnly("cpu");
    sample(sampleOf("web"));
    assert.deepEqual(policy.counts, ["web 0", "web 0"]);
    assert.deepEqual(holdCodes(), ["inside-band", "resource-not-guarded", "inside-band"]);
  });

  test("still gets memory when something waits for it", () => {
    const { bus, guardOnly, requests, sample, setMemory } = guard(policyFor());
    setMemory("web");
    guardOnly("cpu");
    sample(sampleOf("web", { memMibLimit: 100, memMibUsed: 100, isWaitingForMemory: true }));
    assert.deepEqual(
      requests().map(({ resource, amount }) => [resource, amount > 0]),
      [["mem", true]],
    );
    assert.deepEqual(bus.errors, []);
  });
});

describe("what it remembers", () => {
  test("is the policy's state, from sample to sample", () => {
    const policy = new CountingPolicy();
    const { set, sample } = guard(policy);
    set("web");
    sample(sampleOf("web"));
    sample(sampleOf("web"));
    assert.deepEqual(policy.counts, ["web 0", "web 1"]);
  });

  for (const kind of ["gone", "start-anew"] as const) {
    test(`is dropped at ${kind}`, () => {
      const policy = new CountingPolicy();
      const { bus, set, sample } = guard(policy);
      set("web");
      sample(sampleOf("web"));
      const about = { name: nameFor("web"), id: idFor("web"), at: monotonicSeconds(2) };
      const why = reason("drift-adopted", "changed by another hand");
      bus.publish("containers", [
        kind === "gone" ? { kind, ...about } : { kind, ...about, reason: why },
      ]);
      sample(sampleOf("web"));
      assert.deepEqual(policy.counts, ["web 0", "web 0"]);
    });
  }

  test("does not outlive the identity of its container", () => {
    const policy = new CountingPolicy();
    const { set, sample } = guard(policy);
    set("web");
    sample(sampleOf("web"));
    sample(sampleOf("web", { id: idFor("restarted") }));
    assert.deepEqual(policy.counts, ["web 0", "web 0"]);
  });

  test("does not outlive the mode", () => {
    const policy = new CountingPolicy();
    const { set, sample } = guard(policy);
    set("web");
    sample(sampleOf("web"));
    set("web", { mode: "observe" });
    sample(sampleOf("web"));
    set("web");
    sample(sampleOf("web"));
    assert.deepEqual(policy.counts, ["web 0", "web 0"]);
  });
});

describe("a structure whose decision fails", () => {
  test("is quarantined; the others go on", () => {
    const policy = new CountingPolicy();
    const { set, sample, holdCodes, guardian } = guard(policy);
    set("bad");
    set("web");
    sample(sampleOf("bad"), sampleOf("web"));
    assert.deepEqual(policy.counts, ["web 0"]);
    assert.deepEqual(holdCodes(), ["quarantined", "inside-band"]);
    assert.deepEqual(guardian.health(), {
      status: "failing",
      lastError: "bad cpu: a fault of the policy",
    });
  });

  test("is logged once, and not asked up to its safe limit at every sample", () => {
    const { set, sample, errors, requests, holdCodes } = guard(new CountingPolicy());
    set("bad");
    sample(sampleOf("bad"));
    sample(sampleOf("bad"));
    assert.equal(errors.length, 1);
    assert.deepEqual(
      requests().map(({ amount, from, policy, reason: why }) => [amount, from, policy, why.code]),
      [[130, 170, "safe-limit", "quarantined"]],
    );
    assert.deepEqual(holdCodes(), ["quarantined", "quarantined"]);
  });

  test("is asked for again every 5 s for as long as it has not got it", () => {
    const { set, sample, requests } = guard(new CountingPolicy());
    set("bad");
    const times = [1, 3, 5.9, 6, 8, 11];
    for (const at of times) sample(sampleOf("bad", { at: monotonicSeconds(at) }));
    assert.deepEqual(
      requests().map(({ at }) => at),
      [1, 6, 11],
    );
    const cpuLimit = { quotaShares: 300, burstShares: 0, periodMs: 100, weight: 300 };
    sample(sampleOf("bad", { at: monotonicSeconds(20), cpuLimit }));
    assert.equal(requests().length, 3);
  });

  test("is asked for nothing in recommend, and nothing when at max already", () => {
    const { set, sample, requests } = guard(new CountingPolicy());
    set("bad-1", { mode: "recommend" });
    set("bad-2", { max: 170 });
    sample(sampleOf("bad-1"), sampleOf("bad-2"));
    assert.deepEqual(requests(), []);
  });

  test("is tried again when its settings change, not when others' do", () => {
    const { set, sample, errors } = guard(new CountingPolicy());
    set("bad");
    sample(sampleOf("bad"));
    set("bad");
    sample(sampleOf("bad"));
    assert.equal(errors.length, 1);
    set("bad", { max: 400 });
    sample(sampleOf("bad"));
    assert.equal(errors.length, 2);
  });

  test("is tried again when it starts anew", () => {
    const { bus, set, sample, errors, guardian } = guard(new CountingPolicy());
    set("bad");
    sample(sampleOf("bad"));
    const { structure, id, at } = requestFor("bad");
    bus.publish("containers", [{ kind: "gone", name: structure, id, at }]);
    assert.equal(guardian.health().status, "running");
    sample(sampleOf("bad"));
    assert.equal(errors.length, 2);
  });
});

test("after stop nothing is decided", async () => {
  const policy = new CountingPolicy();
  const { set, sample, guardian } = guard(policy);
  set("web");
  await guardian.stop();
  sample(sampleOf("web"));
  assert.deepEqual(policy.counts, []);
  assert.equal(guardian.health().status, "stopped");
});
