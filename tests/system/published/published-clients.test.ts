/*
 * Clients of the published framework against the real server and real control groups, in the order in
 * which they come: the scripts, the provisioning, the web interface. What they read is checked, and that
 * what they change is what the kernel holds.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, quickSettings, Scene } from "../scene.ts";
import { PublishedClient } from "./published-client.ts";
import {
  leavingCalls,
  ruleCalls,
  type ScriptCall,
  serviceCalls,
  structureCalls,
} from "./script-calls.ts";

interface Row {
  readonly [key: string]: unknown;
}

let scene: Scene;
let client: PublishedClient;

const open = async (containers: readonly string[]): Promise<void> => {
  scene = await Scene.open("published", {
    containers,
    listen: "127.0.0.1:0",
    configuration: {
      ...quickSettings,
      defaults: { cpu: { mode: "observe" } },
      // As the original knows hosts: cores are handed to containers.
      host: { ...quickSettings.host, placement: "pinned" },
      compatibility: { open: true, hostNames: ["host0"] },
    },
  });
  client = new PublishedClient(scene.server.port);
};

async function isRow(value: unknown): Promise<Row> {
  assert.ok(typeof value === "object" && value !== null && !Array.isArray(value));
  return Object.fromEntries(Object.entries(value));
}

async function rows(path: string): Promise<readonly Row[]> {
  const list = await client.urlopen(path);
  assert.ok(Array.isArray(list), path);
  return Promise.all(list.map(isRow));
}

const row = async (path: string): Promise<Row> => isRow(await client.urlopen(path));

/** The value at the end of these keys. */
function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (part, key) => (typeof part === "object" && part !== null ? Reflect.get(part, key) : undefined),
    value,
  );
}

function playing(calls: readonly ScriptCall[]): void {
  for (const { script, path, body, method = "PUT", refusedWith } of calls) {
    test(`${script}: ${method} ${path}`, async () => {
      const { status, text } = await client.curl(method, path, body);
      assert.equal(status, refusedWith ?? 200, text);
      if (refusedWith === undefined) assert.equal(text, "201\n");
    });
  }
}

describe("the scripts", { skip: whyNoRealGroups() }, () => {
  before(() => open(["cont0", "cont1"]));
  after(() => scene[Symbol.asyncDispose]());

  test("CheckAlive asks for the heartbeat", async () => {
    assert.deepEqual(await client.curl("GET", "/heartbeat"), {
      status: 200,
      text: '{"status": "alive"}',
    });
  });

  playing(serviceCalls);
  playing(ruleCalls);

  test("what they set of services and rules is in force", async () => {
    const guardian = await row("/service/guardian");
    assert.equal(at(guardian, "config", "WINDOW_TIMELAPSE"), 10);
    assert.deepEqual(at(guardian, "config", "GUARDABLE_RESOURCES"), ["cpu", "mem"]);
    assert.equal(at(await row("/service/rebalancer"), "config", "REBALANCE_USERS"), true);
    assert.equal((await row("/rule/CpuRescaleUp")).rescale_policy, "proportional");
  });

  playing(structureCalls);

  test("what they set of structures is in force, in the kernel too", async () => {
    const cont0 = await row("/structure/cont0");
    assert.deepEqual(
      ["max", "min", "current", "guard"].map((key) => at(cont0, "resources", "cpu", key)),
      [100, 10, 50, false],
    );
    assert.equal(Math.round(scene.container("cont0").shares()), 50);
    assert.deepEqual((await row("/structure/app1")).containers, ["cont0", "cont1"]);
    const limits = await row("/structure/cont0/limits");
    assert.equal(at(limits, "cpu", "boundary"), 20);
    assert.equal(at(limits, "cpu", "boundary_type"), "percentage_of_current");
  });

  test("what is there already is told in the words that count as success", async () => {
    for (const { path, body, method } of structureCalls.slice(0, 5)) {
      const text = await client.write(method ?? "PUT", path, body);
      assert.match(text, /^400 .*already (exists|subscribed)/, path);
    }
  });

  playing(leavingCalls);

  test("nothing is left, and limits are what they were subscribed with", async () => {
    assert.deepEqual(await rows("/structure/"), []);
    for (const container of scene.containers) {
      await eventually("it is back", () => Math.round(container.shares()) === 50);
    }
    assert.match(await client.write("DELETE", "/structure/container/cont0"), /^404 .*not found/);
    assert.equal(at(await row("/service/scaler"), "config", "ACTIVE"), true);
  });
});

describe("the provisioning and the web interface", { skip: whyNoRealGroups() }, () => {
  before(() => open(["host0-cont0", "host0-cont1"]));
  after(() => scene[Symbol.asyncDispose]());
  const containers = ["host0-cont0", "host0-cont1"];

  test("add_hosts.py declares a host with energy and disks", async () => {
    const disk = (name: string, type: string) => ({
      ...{ name, type, load: 0, path: `/${name}` },
      ...{ max_read: 130, free_read: 130, max_write: 120, free_write: 120 },
    });
    const host = {
      ...{ name: "host0", host: "host0", subtype: "host" },
      ...{ host_rescaler_ip: "host0", host_rescaler_port: "8000" },
      resources: {
        cpu: { max: 200, free: 200 },
        mem: { max: 2048, free: 2048 },
        energy: { max: 100, free: 100 },
        disks: [disk("ssd_0", "SSD")],
      },
    };
    assert.equal(await client.write("PUT", "/structure/host/host0", host), "");
    assert.match(await client.write("PUT", "/structure/host/host0", host), /already exists/);
    const more = { resources: { disks: [disk("hdd_0", "HDD"), disk("ssd_0", "SSD")] } };
    assert.equal(await client.write("PUT", "/structure/host/host0/disks", more), "");
    const faster = { resources: { disks: [{ name: "hdd_0", max_read: 200, max_write: 180 }] } };
    assert.equal(await client.write("POST", "/structure/host/host0/disks", faster), "");
    const disks = at(await row("/structure/host0"), "resources", "disks");
    assert.deepEqual(at(disks, "hdd_0"), {
      ...{ type: "HDD", path: "/hdd_0", load: 0 },
      ...{ max_read: 200, free_read: 200, max_write: 180, free_write: 180 },
    });
    assert.equal(at(disks, "ssd_0", "max_read"), 130);
  });

  test("add_containers.py subscribes containers, guarded, with weights", async () => {
    for (const name of containers) {
      const band = (max: number, min: number, guard: boolean) => ({
        ...{ max, min, current: min, guard, weight: 1 },
      });
      const margin = { boundary: 5, boundary_type: "percentage_of_max" };
      const body = {
        container: {
          ...{ name, host: "host0", host_rescaler_ip: "host0", host_rescaler_port: "8000" },
          ...{ guard: true, subtype: "container" },
          resources: {
            cpu: band(100, 60, true),
            mem: band(512, 256, false),
            energy: { ...band(50, 10, true), current: 50 },
          },
        },
        limits: { resources: { cpu: margin, mem: margin, energy: margin } },
      };
      assert.equal(await client.write("PUT", `/structure/container/${name}`, body), "");
      assert.match(
        await client.write("PUT", `/structure/container/${name}`, body),
        /already exists/,
      );
      assert.equal(Math.round(scene.container(name).shares()), 60);
    }
    const host = await row("/structure/host0");
    assert.equal(at(host, "resources", "mem", "free"), 2048 - 512);
    assert.equal(at(host, "resources", "cpu", "free"), 200 - 120);
  });

  test("load_apps_from_config.py adds users and applications, with switches and numbers as text", async () => {
    const band = { max: "200", min: "100", guard: "false", weight: 1.5 };
    const app = {
      ...{ name: "app1", guard: "false", subtype: "application", framework: "hadoop" },
      ...{ install_script: "install.sh", install_files: "", runtime_files: "files" },
      ...{ output_dir: "out", start_script: "start.sh", stop_script: "stop.sh" },
      resources: { cpu: band, mem: { ...band, max: "1024", min: "512" } },
    };
    const margin = { boundary: "25", boundary_type: "percentage_of_max" };
    const body = { app, limits: { resources: { cpu: margin, mem: margin } } };
    assert.equal(await client.write("PUT", "/structure/apps/app1", body), "");
    const amounts = { cpu: { max: "400", min: "0" }, mem: { max: "2048", min: "0" } };
    const user = { name: "user0", type: "user", subtype: "user", resources: amounts };
    // The double slash is the client's own.
    assert.equal(await client.write("PUT", "/user//user0", { user }), "");
    assert.match(await client.write("PUT", "/user//user0", { user }), /already exists/);
    assert.equal(await client.write("PUT", "/user/clusters/user0/app1"), "");
    assert.match(await client.write("PUT", "/user/clusters/user0/app1"), /400.*already subscribed/);
    for (const name of containers) {
      assert.equal(await client.write("PUT", `/structure/container/${name}/app1`), "");
      const again = await client.write("PUT", `/structure/container/${name}/app1`);
      assert.match(again, /400.*already subscribed/);
    }
  });

  test("the pages read what they need of structures", async () => {
    const structures = await rows("/structure/");
    const of = (subtype: string) => structures.filter((each) => each.subtype === subtype);
    assert.deepEqual(
      [of("host").length, of("container").length, of("application").length],
      [1, 2, 1],
    );
    const [host] = of("host");
    for (const resource of ["cpu", "mem", "energy"]) {
      assert.equal(typeof at(host, "resources", resource, "free"), "number", resource);
    }
    const cores = await isRow(at(host, "resources", "cpu", "core_usage_mapping"));
    const holders = Object.values(cores).flatMap((use) => Object.keys(use ?? {}));
    assert.deepEqual([...new Set(holders)].toSorted(), ["free", ...containers]);
    for (const [core, use] of Object.entries(cores)) {
      assert.ok(Number.isInteger(Number(core)), core);
      assert.equal(typeof at(use, "free"), "number");
    }
    for (const container of of("container")) {
      assert.equal(container.host, "host0");
      const limits = await row(`/structure/${String(container.name)}/limits`);
      assert.equal(at(limits, "cpu", "boundary"), 5);
    }
    const [app] = of("application");
    assert.deepEqual(app?.containers, containers);
    for (const key of ["runtime_files", "output_dir", "install_script", "start_script"]) {
      assert.equal(typeof app?.[key], "string", key);
    }
    assert.equal(app?.framework, "hadoop");
    assert.equal(app?.guard, false);
    const [user] = await rows("/user/");
    assert.deepEqual([user?.subtype, user?.clusters], ["user", ["app1"]]);
  });

  test("the pages read what they need of services and rules", async () => {
    for (const service of await rows("/service/")) {
      assert.equal(typeof service.name, "string");
      assert.equal(typeof service.config, "object", String(service.name));
    }
    // What runs beats; it is dead to the page after 60 s without.
    await eventually("the guardian has beaten", async () => {
      const { heartbeat } = await row("/service/guardian");
      return typeof heartbeat === "number" && Math.abs(Date.now() / 1000 - heartbeat) < 60;
    });
    assert.equal(typeof at(await row("/service/scaler"), "config", "POLLING_FREQUENCY"), "number");
    const rules = await rows("/rule/");
    assert.ok(rules.length > 0);
    for (const rule of rules) {
      for (const key of ["name", "resource", "rule", "generates"]) assert.ok(key in rule, key);
    }
  });

  test("the forms set what is shown in them", async () => {
    const forms: readonly (readonly [path: string, value?: unknown])[] = [
      ["/structure/host0-cont0/resources/cpu/max", "100"],
      ["/structure/host0-cont0/resources/cpu/min", "20"],
      ["/structure/host0-cont0/resources/cpu/weight", "2"],
      ["/structure/host0-cont0/resources/mem/unguard"],
      ["/structure/host0/resources/mem/max", "1900"],
      ["/user/user0/resources/cpu/max", "300"],
      ["/structure/app1/limits/cpu/boundary", "30"],
      ["/structure/app1/limits/cpu/boundary_type", "percentage_of_current"],
      ["/service/guardian/WINDOW_DELAY", "10"],
      ["/service/guardian/ACTIVE", "true"],
      ["/service/structures_snapshoter/RESOURCES_PERSISTED", ["cpu", "mem"]],
      ["/rule/CpuRescaleUp/amount", "100"],
      ["/rule/CpuRescaleUp/policy", "amount"],
      ["/rule/CpuRescaleUp/deactivate"],
      ["/rule/CpuRescaleUp/activate"],
      ["/structure/app1/state/running"],
      ["/structure/app1/state/hdfs_downloading"],
    ];
    for (const [path, value] of forms) {
      const sent = value === undefined ? undefined : { value };
      assert.equal(await client.write("PUT", path, sent), "", path);
    }
    const events = { value: "3", event_type: "up" };
    assert.equal(await client.write("PUT", "/rule/MemRescaleUp/events_required", events), "");
    assert.equal(at(await row("/structure/host0-cont0"), "resources", "cpu", "weight"), 2);
    assert.equal((await row("/structure/app1")).state, "hdfs_downloading");
    assert.equal(at(await row("/user/user0"), "resources", "cpu", "max"), 300);
    // The switch is thrown by urllib: no body, no type.
    await client.urlopen("/structure/host0-cont0/unguard", "PUT");
    assert.equal((await row("/structure/host0-cont0")).guard, false);
    await client.urlopen("/structure/host0-cont0/guard", "PUT");
    assert.equal((await row("/structure/host0-cont0")).guard, true);
  });

  test("what is guarded is scaled by the rules", async () => {
    const web = scene.container("host0-cont0");
    const before = web.shares();
    web.work();
    await client.write("PUT", "/service/guardian", { WINDOW_TIMELAPSE: 5, WINDOW_DELAY: 5 });
    await eventually("it grows", () => web.shares() > before, 60);
    await web.rest();
  });

  test("applications and users leave, with a slash and without", async () => {
    assert.equal(await client.write("DELETE", "/user/clusters/user0/app1"), "");
    assert.match(await client.write("DELETE", "/user/clusters/user0/app1"), /400.*missing in/);
    assert.equal(await client.write("PUT", "/user/clusters/user0/app1"), "");
    assert.equal(await client.write("DELETE", "/user/clusters/user0/app1/"), "");
    assert.equal((await row("/structure/app1")).user, null);
    for (const name of containers) {
      assert.equal(await client.write("DELETE", `/structure/container/${name}/app1`), "");
      const again = await client.write("DELETE", `/structure/container/${name}/app1`);
      assert.match(again, /400.*missing in app/);
      assert.equal(await client.write("DELETE", `/structure/container/${name}`), "");
    }
    for (const path of ["/structure/apps/app1", "/structure/host/host0", "/user//user0"]) {
      assert.equal(await client.write("DELETE", path), "", path);
    }
    assert.deepEqual([await rows("/structure/"), await rows("/user/")], [[], []]);
    for (const container of scene.containers) {
      await eventually("its limit is back", () => Math.round(container.shares()) === 60);
    }
  });
});
