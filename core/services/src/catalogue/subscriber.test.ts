import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { limitIn } from "@sc/domain";
import { nameFor } from "@sc/domain/testing";
import {
  catalogueOn,
  containerOf,
  type FakeHost,
  good,
  hostOf,
  Mortal,
  problemIn,
  programs,
} from "./catalogue-fixture.ts";

async function withHost() {
  const made = await catalogueOn();
  made.run("web", "db");
  good(await made.desk.declareHost("host1", hostOf()));
  return made;
}

const limitsOf = ({ host }: { readonly host: FakeHost }, name = "web") => {
  const limits = host.limits.get(nameFor(name));
  assert.ok(limits);
  return { cpu: limitIn(limits, "cpu"), mem: limitIn(limits, "mem") };
};

describe("a container that is subscribed", () => {
  test("has its limits, its settings and its place, and the guard made modes", async () => {
    const made = await withHost();
    const view = good(await made.desk.subscribe("web", containerOf()));
    assert.deepEqual(limitsOf(made), { cpu: 100, mem: 1024 });
    const settings = made.registry.settingsOf(nameFor("web"))?.resources;
    assert.equal(settings?.cpu.mode, "auto");
    assert.equal(settings?.mem.mode, "observe");
    assert.equal(settings?.cpu.policy, "serverless-rules");
    assert.deepEqual(settings?.cpu.boundary, { percent: 25, of: "current" });
    assert.deepEqual(view.resources.cpu, {
      min: 50,
      max: 300,
      isGuarded: true,
      weight: 1,
      boundary: { percent: 25, of: "current" },
      current: 100,
      used: 40,
      upper: 75,
      lower: 50,
    });
    const host = made.desk.hosts()[0];
    assert.deepEqual(host?.resources.cpu, { max: 400, free: 300 });
    assert.deepEqual(host?.resources.mem, { max: 8192, free: 6976 });
    assert.deepEqual(host?.containers, ["web"]);
  });

  test("of a guard that is off as a whole is in observe, whatever its resources say", async () => {
    const { desk, registry } = await withHost();
    const view = good(await desk.subscribe("web", containerOf({ isGuarded: false })));
    assert.equal(registry.settingsOf(nameFor("web"))?.resources.cpu.mode, "observe");
    assert.equal(view.isGuarded, false);
    assert.equal(view.resources.cpu?.isGuarded, true);
  });

  test("is taken out of auto before its limits are set, as a policy would answer else", async () => {
    const { desk, mortal, registry } = await withHost();
    const resources = { cpu: { mode: "auto" } } as const;
    await registry.update({ structures: [{ name: nameFor("web"), resources }] }, "required");
    mortal.diesAfter(mortal.taken + 3);
    void desk.subscribe("web", containerOf());
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(registry.settingsOf(nameFor("web"))?.resources.cpu.mode, "observe");
  });
});

const refusals: readonly (readonly [string, Parameters<typeof containerOf>[0], RegExp])[] = [
  [
    "on a host nobody declared",
    { host: "host2" },
    /UNKNOWN Structure host with name host2 does not exist/,
  ],
  [
    "with min above max",
    resource({ min: 301 }),
    /VALUE_OUT_OF_RANGE resources.cpu: min 301 .* max 300/,
  ],
  [
    "outside its own band",
    resource({ current: 301 }),
    /VALUE_OUT_OF_RANGE resources.cpu: current 301/,
  ],
  [
    "with a margin above 100 per cent",
    resource({ boundary: { percent: 101, of: "max" } }),
    /boundaryPercent/,
  ],
  ["with a weight below nothing", resource({ weight: -1 }), /resources.cpu.weight is -1/],
  [
    "with more than is free",
    resource({ max: 500, current: 401 }),
    /Error updating host host1: Host does not have enough free cpu/,
  ],
  [
    "on a disk the host does not have",
    { disk: { name: "ssd", path: "/" } },
    /Host does not have disks/,
  ],
];

function resource(changed: object): Parameters<typeof containerOf>[0] {
  const cpu = { min: 50, max: 300, current: 100, isGuarded: true, ...changed };
  return { resources: { cpu } };
}

describe("a container is not subscribed", () => {
  for (const [what, declaration, why] of refusals) {
    test(what, async () => {
      const made = await withHost();
      const before = await made.store.load();
      assert.match(problemIn(await made.desk.subscribe("web", containerOf(declaration))), why);
      assert.deepEqual(await made.store.load(), before);
      assert.deepEqual(limitsOf(made), { cpu: 150, mem: null });
    });
  }

  test("when the host does not run it", async () => {
    const { desk } = await withHost();
    assert.match(problemIn(await desk.subscribe("api", containerOf())), /does not report any/);
  });

  test("twice, nor under the name of a host", async () => {
    const { desk, run } = await withHost();
    good(await desk.subscribe("web", containerOf()));
    assert.match(
      problemIn(await desk.subscribe("web", containerOf())),
      /EXISTS Structure container with name web already exists/,
    );
    run("host1");
    assert.match(problemIn(await desk.subscribe("host1", containerOf())), /already exists/);
  });

  test("while it is being subscribed by another call", async () => {
    const { desk } = await withHost();
    const [one, two] = await Promise.all([
      desk.subscribe("web", containerOf()),
      desk.subscribe("web", containerOf()),
    ]);
    good(one);
    assert.match(problemIn(two), /being subscribed just now/);
  });

  test("beside another for which alone there is room", async () => {
    const { desk } = await withHost();
    const large = containerOf(resource({ max: 400, current: 250 }));
    const answers = await Promise.all([desk.subscribe("web", large), desk.subscribe("db", large)]);
    assert.deepEqual(
      answers.map(({ ok }) => ok),
      [true, false],
    );
  });

  test("when the agent refuses, and then nothing is left of it", async () => {
    const made = await withHost();
    const before = await made.store.load();
    made.host.failure = "no core is free";
    assert.match(problemIn(await made.desk.subscribe("web", containerOf())), /no core is free/);
    assert.deepEqual(limitsOf(made), { cpu: 150, mem: null });
    assert.deepEqual(made.desk.containers(), []);
    assert.deepEqual(await made.store.load(), before);
    made.host.failure = undefined;
    good(await made.desk.subscribe("web", containerOf()));
  });

  test("when it cannot be saved, and what cannot be undone either is tried again", async () => {
    const made = await withHost();
    const { admission, desk, store } = made;
    const admit = admission.admit.bind(admission);
    admission.admit = async (name, wanted) => {
      const admitted = await admit(name, wanted);
      store.refuse("the disk is full");
      return admitted;
    };
    assert.match(problemIn(await desk.subscribe("web", containerOf())), /disk is full/);
    assert.deepEqual(limitsOf(made), { cpu: 150, mem: null });
    assert.deepEqual(desk.containers(), []);
    assert.equal(desk.problems()[0]?.structure, "web");
    store.refuse(undefined);
    await desk.undoUnfinished();
    assert.deepEqual(desk.problems(), []);
    admission.admit = admit;
    good(await desk.subscribe("web", containerOf()));
  });
});

/** What a client can see, and what the kernel holds. */
async function seen(made: Awaited<ReturnType<typeof catalogueOn>>) {
  const loaded = await made.store.load();
  assert.ok(loaded.ok);
  const kinds = loaded.value.documents.map(({ document }) => `${document.kind}/${document.name}`);
  return {
    limits: limitsOf(made),
    hasCores: made.host.cores.has(nameFor("web")),
    containers: made.desk.containers().map(({ name }) => name),
    documents: kinds.toSorted(),
  };
}

async function restartedAfter(steps: number, call: "subscribe" | "desubscribe") {
  const first = await withHost();
  if (call === "desubscribe") good(await first.desk.subscribe("web", containerOf()));
  first.mortal.diesAfter(steps);
  let isAnswered = false;
  const done =
    call === "subscribe"
      ? first.desk.subscribe("web", containerOf())
      : first.desk.desubscribe("web");
  void done.then(() => {
    isAnswered = true;
  });
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  const again = await catalogueOn(first.store, first.host, new Mortal());
  await again.desk.undoUnfinished();
  return { isAnswered, now: await seen(again) };
}

describe("a process that dies", () => {
  const nothing = {
    limits: { cpu: 150, mem: null },
    hasCores: false,
    containers: [],
    documents: ["declared-host/host1"],
  };
  const everything = {
    limits: { cpu: 100, mem: 1024 },
    hasCores: true,
    containers: ["web"],
    documents: ["declared-host/host1", "structure/web", "subscription/web"],
  };

  test("at any step of a subscription leaves all of it or nothing", async () => {
    const outcomes: string[] = [];
    for (let steps = 1; steps <= 10; steps += 1) {
      const { isAnswered, now } = await restartedAfter(steps, "subscribe");
      const isWhole = now.containers.length === 1;
      assert.deepEqual(now, isWhole ? everything : nothing, `after ${steps} steps`);
      outcomes.push(isAnswered ? "answered" : isWhole ? "whole" : "nothing");
    }
    // Two steps a save, and the agent's four between the two saves.
    assert.deepEqual(outcomes, [...Array(7).fill("nothing"), "whole", "answered", "answered"]);
  });

  test("at any step of a desubscription leaves it subscribed or gone", async () => {
    for (let steps = 1; steps <= 3; steps += 1) {
      const { now } = await restartedAfter(steps, "desubscribe");
      const isThere = now.containers.length === 1;
      assert.equal(isThere, steps === 1, `after ${steps} steps`);
      assert.deepEqual(now.documents, isThere ? everything.documents : nothing.documents);
    }
  });

  test("leaves limits alone that another hand has set since", async () => {
    const first = await withHost();
    first.mortal.diesAfter(7);
    void first.desk.subscribe("web", containerOf());
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    first.host.write(nameFor("web"), "cpu", 120);
    const again = await catalogueOn(first.store, first.host, new Mortal());
    await again.desk.undoUnfinished();
    assert.deepEqual(limitsOf(again), { cpu: 120, mem: null });
  });

  test("leaves nothing of a container that is gone since", async () => {
    const first = await withHost();
    first.mortal.diesAfter(5);
    void first.desk.subscribe("web", containerOf());
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    first.host.limits.delete(nameFor("web"));
    const again = await catalogueOn(first.store, first.host, new Mortal());
    await again.desk.undoUnfinished();
    const loaded = await again.store.load();
    assert.ok(loaded.ok);
    assert.deepEqual(
      loaded.value.documents.map(({ document }) => document.kind),
      ["declared-host"],
    );
  });
});

describe("a container that is desubscribed", () => {
  test("is gone with its settings, from its application too, and its limits are put back", async () => {
    const made = await withHost();
    const { admission, desk, registry } = made;
    good(await desk.subscribe("web", containerOf()));
    good(await desk.declareApplication("shop", { isGuarded: false, resources: {}, programs }));
    good(await desk.attachContainer({ container: "web", application: "shop" }));
    good(await desk.desubscribe("web"));
    assert.deepEqual(desk.containers(), []);
    assert.deepEqual(desk.applications()[0]?.containers, []);
    assert.equal(registry.storedOf(nameFor("web")), undefined);
    assert.deepEqual(admission.left, [[nameFor("web"), undefined]]);
    assert.match(problemIn(await desk.desubscribe("web")), /UNKNOWN container web not found/);
  });

  test("keeps a revision's promise: one that is stale is refused", async () => {
    const { desk } = await withHost();
    const { revision } = good(await desk.subscribe("web", containerOf()));
    assert.match(problemIn(await desk.desubscribe("web", revision + 1)), /STALE_REVISION/);
    good(await desk.desubscribe("web", revision));
  });
});
