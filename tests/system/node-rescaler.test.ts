/* The routes of the published node agent, as an original Scaler or Snapshoter asks them, on real groups. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { firstLimit, Scene } from "./scene.ts";

const configuration = {
  defaults: { cpu: { mode: "observe" } },
  compatibility: { agent: { open: true, listen: "127.0.0.1:0" } },
};

interface Part {
  readonly cpu_allowance_limit?: number;
  readonly mem_limit?: number;
  readonly error?: string;
}
type Parts = Readonly<Partial<Record<"cpu" | "mem" | "disk_read", Part>>>;
type Listed = Readonly<Partial<Record<"cont0" | "cont1", Parts>>>;

async function openRescaler(label: string) {
  const scene = await Scene.open(label, { containers: ["cont0", "cont1"], configuration });
  const [, port] = /node agent's routes".*"port":(\d+)/.exec(scene.server.log()) ?? [];
  const origin = `http://127.0.0.1:${port}`;
  const list = async (path: string): Promise<Listed> =>
    JSON.parse(await (await fetch(origin + path)).text());
  const put = async (name: string, body: object) => {
    const headers = { "content-type": "application/json" };
    const sent = { method: "PUT", headers, body: JSON.stringify(body) };
    const answer = await fetch(`${origin}/container/${name}`, sent);
    const parts: Parts = JSON.parse(await answer.text());
    return { status: answer.status, parts };
  };
  return { scene, list, put };
}

describe("the published node agent", { skip: whyNoRealGroups() }, () => {
  test("lists the host's containers and sets what their owner wants: all of it or nothing", async () => {
    const { scene, list, put } = await openRescaler("rescaler");
    await using _ = scene;
    const web = scene.container("cont0");
    const listed = await list("/container/resources/?cpu&mem");
    assert.deepEqual(Object.keys(listed), ["cont0", "cont1"]);
    assert.equal(listed.cont0?.cpu?.cpu_allowance_limit, 80);
    assert.deepEqual(listed.cont0?.mem, { mem_limit: -1, unit: "unlimited" });

    const set = await put("cont0", {
      cpu: { cpu_allowance_limit: "60", cpu_num: "0" },
      mem: { mem_limit: "256" },
    });
    assert.equal(set.status, 201);
    assert.equal(set.parts.cpu?.cpu_allowance_limit, 60);
    assert.equal(set.parts.mem?.mem_limit, 256);
    assert.equal(web.shares(), 60);
    const memory = () => scene.groups.read("memory", `${web.path}/memory.limit_in_bytes`);
    assert.equal(memory(), String(256 * 1_048_576));

    // It has no disk that was looked up, as no process of it runs: then its cpu stays what it was, too.
    const half = await put("cont0", {
      cpu: { cpu_allowance_limit: 40 },
      disk_read: { disk_read_limit: 20 },
    });
    assert.equal(half.status, 409);
    assert.match(String(half.parts.disk_read?.error), /has no disk_read/);
    assert.equal(web.shares(), 60);
  });

  test("refuses what a policy decides about, and what it set stays when the server stops", async () => {
    const { scene, put } = await openRescaler("rescaler-auto");
    await using _ = scene;
    const { api } = scene.server;
    const [cont0, cont1] = [scene.container("cont0"), scene.container("cont1")];
    await api.setMode("cont0", { resources: ["cpu"], mode: "auto" });
    const refused = await put("cont0", { cpu: { cpu_allowance_limit: 50 } });
    assert.equal(refused.status, 409);
    assert.match(String(refused.parts.cpu?.error), /in auto/);
    const set = await put("cont1", { cpu: { cpu_allowance_limit: 50 } });
    assert.equal(set.status, 201);
    await scene.server.end("SIGTERM");
    assert.equal(cont1.shares(), 50);
    assert.deepEqual(cont0.limit(), firstLimit);
  });

  test("is not there unless it was opened", async () => {
    await using scene = await Scene.open("rescaler-closed", {
      containers: [],
      configuration: { compatibility: { agent: { open: false, listen: "127.0.0.1:0" } } },
    });
    assert.doesNotMatch(scene.server.log(), /node agent's routes/);
    const health = await scene.server.api.health();
    assert.ok(health.problems.every(({ code }) => code !== "SC_ROUTES_OPEN"));
  });
});
