/*
 * The real server on cgroup v2, with plain groups as containers. What it promises there and not on v1 is that
 * `memory.high` moves and `memory.max` stays its owner's, so that growth is braked and never killed.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { whyNoUnifiedGroups } from "@sc/cgroup/testing";
import { eventually, firstLimit, PlainContainer, Scene } from "../system/scene.ts";
import { bytesPerMib, GroupMemory } from "./group-memory.ts";

describe("a server on cgroup v2", { skip: whyNoUnifiedGroups() }, () => {
  test("squeezes what rests and raises what works, and a stop puts the first limits back", async () => {
    await using scene = await Scene.open("server", { containers: ["web"] });
    const web = scene.container("web");
    await eventually("it is squeezed", () => web.isSqueezed());
    web.work();
    await eventually("it has grown", () => web.isGrown());
    await web.rest();
    await scene.server.end("SIGTERM");
    assert.deepEqual(web.limit(), firstLimit);
  });

  test("that dies without a word leaves every part of the first limit, cpu and memory", async () => {
    await using scene = await Scene.open("dying", {
      containers: ["web"],
      configuration: {
        defaults: {
          cpu: { mode: "auto", policy: "serverless-rules" },
          mem: { mode: "auto", min: 64, policy: "serverless-rules" },
        },
      },
    });
    const web = scene.container("web");
    const memoryHigh = (): string => scene.groups.read("memory", `${web.path}/memory.high`);
    await eventually("both are squeezed", () => web.isSqueezed() && memoryHigh() !== "max");
    assert.equal(scene.groups.read("memory", `${web.path}/memory.max`), "max");
    await scene.server.end("SIGKILL");
    await eventually("the first limit is back", () => web.hasFirstLimit());
    await eventually("and that of memory", () => memoryHigh() === "max");
    await eventually("nobody watches any more", () => scene.server.watchers().length === 0);
  });

  test("brakes what grows while nobody answers, lets it grow then, and never writes memory.max", async () => {
    await using scene = await Scene.open("grow", {
      containers: ["busy", "idle"],
      // The lease outlives that nobody answers.
      configuration: { lease: { seconds: 60 } },
    });
    const [busy, idle] = [scene.container("busy"), scene.container("idle")];
    const memory = new GroupMemory(scene, "busy");
    using written = memory.countWritesOfMax();
    memory.eat(20, 1000);
    await memory.takeOn();
    await eventually("it is squeezed", () => memory.isSqueezed());
    // As between two samples, only longer.
    scene.server.kill("SIGSTOP");
    memory.eat(180, 300);
    await eventually("it is braked", () => memory.count("high") > 3);
    assert.ok(memory.usedMib() < 200, "it grew as if there were no brake");
    scene.server.kill("SIGCONT");
    await eventually("it gets all it wanted", () => memory.usedMib() > 200);
    await eventually("its limit fits", () => memory.highMib() >= memory.usedMib());
    busy.work();
    await eventually("its cpu grows, too", () => busy.isGrown());
    assert.ok(idle.isSqueezed());
    assert.equal(memory.count("oom_kill"), 0);
    assert.equal(written.count, 0);
    await scene.server.api.release("busy");
    assert.ok(busy.hasFirstLimit());
    assert.equal(memory.read("memory.high"), "max");
    // To see that a write would have been noticed.
    memory.writeMib("memory.max", 512);
    await eventually("a write is noticed", () => written.count > 0);
  });

  test("takes what another hand writes for its owner's wish", async () => {
    await using scene = await Scene.open("drift", { containers: ["web"] });
    const { api } = scene.server;
    const [web, memory] = [scene.container("web"), new GroupMemory(scene, "web")];
    await memory.takeOn();
    await eventually("it is squeezed", () => web.isSqueezed() && memory.isSqueezed());
    await api.pause("web");
    web.write("cpu.max", "20000 50000");
    memory.writeMib("memory.high", 400);
    for (const [resource, wish] of [
      ["cpu", 40],
      ["mem", 400],
    ] as const) {
      await eventually(`${resource}: it is noticed`, async () => {
        const changes = await api.changes({ structure: "web", limit: 20 });
        const adopted = changes.filter(({ reason }) => reason.code === "drift-adopted");
        return adopted.some((change) => change.resource === resource && change.new === wish);
      });
    }
    await api.resume("web");
    await eventually("it is squeezed from there", () => web.isSqueezed() && memory.isSqueezed());
    await api.release("web");
    assert.deepEqual(
      [web.read("cpu.max"), memory.read("memory.high")],
      ["20000 50000", String(400 * bytesPerMib)],
    );
  });

  test("scales units in a slice of systemd, also by what works in groups inside with limits of their own", async () => {
    const plain = { roots: ["/system.slice", "/docker"] };
    await using scene = Scene.prepare("layouts", {
      containers: [],
      configuration: { engines: { lxc: { enabled: false }, plain } },
    });
    const { groups, server } = scene;
    for (const root of plain.roots) groups.make(root);
    const unit = new PlainContainer(groups, "/system.slice/docker-0123abcd.scope");
    const other = new PlainContainer(groups, "/docker/4567cdef");
    // More than the unit is left with: v2 takes that, and the tighter one holds.
    unit.makeChild(35_000);
    await server.start();
    await eventually("both are squeezed", () => unit.isSqueezed() && other.isSqueezed());
    groups.run(`${unit.path}/child`, "while :; do :; done");
    await eventually("what works inside makes it grow", () => unit.isGrown());
    assert.ok(other.isSqueezed());
    await server.api.release("docker-0123abcd.scope");
    assert.deepEqual(unit.limit(), firstLimit);
    assert.equal(groups.read("cpu", `${unit.path}/child/cpu.max`), "35000 100000");
  });

  test("says that memory was not handed down to a group, and scales its cpu all the same", async () => {
    await using scene = Scene.prepare("undelegated", {
      containers: ["web"],
      configuration: {
        defaults: {
          cpu: { mode: "auto", policy: "serverless-rules" },
          mem: { mode: "auto", policy: "serverless-rules" },
        },
      },
    });
    const { api } = scene.server;
    scene.groups.write("memory", `${scene.groups.root}/cgroup.subtree_control`, "-memory");
    await scene.server.start();
    await eventually("cpu is squeezed", () => scene.container("web").isSqueezed());
    await eventually("it is told", async () => (await api.health()).problems.length > 0);
    const { problems } = await api.health();
    assert.deepEqual(
      problems.map(({ code, structure }) => [code, structure]),
      [["SC_SANITY_LIMIT_UNREADABLE", "web"]],
    );
    assert.match(problems[0]?.text ?? "", /^its mem limit cannot be read/);
  });
});
