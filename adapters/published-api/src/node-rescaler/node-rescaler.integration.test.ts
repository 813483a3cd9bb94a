import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { anyText, anyValue } from "@sc/domain/testing";
import fc from "fast-check";
import { AddressList } from "../access/address-list.ts";
import { FakeRescaledHost } from "../testing/fake-rescaled-host.ts";
import { listenForTest } from "../testing/listen-for-test.ts";
import { nodeRescaler } from "./node-rescaler.ts";

let host = new FakeRescaledHost();
let origin = "";
let close = async (): Promise<void> => {};
const errors: string[] = [];

before(async () => {
  const routes = await nodeRescaler({
    faces: {
      get agent() {
        return host.faces.agent;
      },
      get hostReader() {
        return host.faces.hostReader;
      },
      get energy() {
        return host.faces.energy;
      },
    },
    rules: { allow: new AddressList([]), hostNames: new Set() },
    log: { info: () => {}, warn: () => {}, error: (text) => errors.push(text) },
  });
  const listening = await listenForTest(routes);
  origin = listening.origin;
  close = listening.close;
});
after(() => close());
beforeEach(() => {
  host = new FakeRescaledHost();
  host.put("cont0");
  host.put("cont1");
});

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
  readonly json: unknown;
}

async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
  const sent = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
  const answer = await fetch(origin + path, {
    method,
    ...(sent !== undefined && { body: sent, headers: { "content-type": "application/json" } }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    type: answer.headers.get("content-type"),
    text,
    json: text === "" ? undefined : JSON.parse(text),
  };
}

const cpu = {
  cpu_num: "0-3",
  effective_num_cpus: 4,
  effective_cpu_limit: 200,
  cpu_allowance_limit: 200,
};
const diskPart = {
  mountpoint: "/",
  device_path: "/dev/vda",
  major: "254",
  minor: "0",
  unit: "Mbit",
};
const energy = {
  success: false,
  error: "Couldn't access file: no energy limit of cont0 was set",
};
const whole = {
  cpu,
  mem: { mem_limit: 4096, unit: "M" },
  disk_read: { ...diskPart, disk_read_limit: -1 },
  disk_write: { ...diskPart, disk_write_limit: -1 },
  energy,
};

describe("what is read", () => {
  test("the heartbeat, to the letter", async () => {
    const { status, text, type } = await ask("GET", "/heartbeat");
    assert.deepEqual([status, text, type], [200, '{"status": "alive"}', "application/json"]);
  });

  test("the cores by socket, and where nobody tells of sockets one socket", async () => {
    const topology = { "0": { "0": [0], "1": [1] }, "1": { "0": [2], "1": [3] } };
    assert.deepEqual((await ask("GET", "/host/cpu_topology")).json, topology);
    Object.assign(host.faces.hostReader, { readCpuTopology: undefined });
    const flat = { "0": { "0": [0], "1": [1], "2": [2], "3": [3] } };
    assert.deepEqual((await ask("GET", "/host/cpu_topology")).json, flat);
  });

  test("a container with all its parts, alone and among all", async () => {
    assert.deepEqual((await ask("GET", "/container/cont0")).json, whole);
    const { json, text } = await ask("GET", "/container/");
    assert.ok(typeof json === "object" && json !== null);
    assert.deepEqual(Object.keys(json), ["cont0", "cont1"]);
    assert.match(text, /\n$/);
    assert.deepEqual((await ask("GET", "/container?name=cont0")).json, whole);
    assert.equal((await ask("GET", "/container/?name=none")).json, null);
  });

  test("the parts that are asked for, and no part where none is", async () => {
    const path = "/container/resources";
    assert.deepEqual((await ask("GET", `${path}/`)).json, { cont0: {}, cont1: {} });
    assert.deepEqual((await ask("GET", `${path}/cont0?cpu=True&mem`)).json, {
      cpu,
      mem: whole.mem,
    });
    assert.deepEqual((await ask("GET", `${path}/cont0?disk`)).json, {
      disk_read: whole.disk_read,
      disk_write: whole.disk_write,
    });
    assert.deepEqual((await ask("GET", `${path}/?name=cont0&net`)).json, {
      net: { net_limit: -1, unit: "Mbit" },
    });
    assert.equal((await ask("GET", `${path}/?name=none&cpu`)).json, null);
  });

  test("no limit as -1, and what cannot be read as nothing", async () => {
    const none = { cpu: undefined, memMib: undefined };
    host.put("cont0", { limits: none, dataDisk: undefined });
    const parts = { cpu: {}, mem: {}, disk_read: {}, disk_write: {}, energy };
    assert.deepEqual((await ask("GET", "/container/cont0")).json, parts);
    assert.deepEqual((await ask("GET", "/container/resources/cont0?net")).json, { net: {} });
    await ask("PUT", "/container/cont1", {
      cpu: { cpu_allowance_limit: 0 },
      mem: { mem_limit: -1 },
    });
    assert.deepEqual((await ask("GET", "/container/resources/cont1?cpu&mem")).json, {
      cpu: { ...cpu, effective_cpu_limit: 400, cpu_allowance_limit: -1 },
      mem: { mem_limit: -1, unit: "unlimited" },
    });
  });

  test("of traffic between containers nothing is known", async () => {
    assert.deepEqual((await ask("GET", "/container/tcp/")).json, {});
  });

  test("a container that is not there is not found, in JSON", async () => {
    for (const path of ["/container/none", "/container/resources/none", "/container/no%20name"]) {
      const { status, json } = await ask("GET", path);
      assert.equal(status, 404, path);
      assert.match(JSON.stringify(json), /"message":"container .* was not found"/);
    }
    assert.equal((await ask("GET", "/nowhere")).status, 404);
    assert.equal((await ask("DELETE", "/container/cont0")).status, 405);
  });
});

describe("what is set", () => {
  test("numbers and numbers as text, answered with 201 and all parts as they are then", async () => {
    const { status, json } = await ask("PUT", "/container/cont0", {
      cpu: { cpu_allowance_limit: "150", cpu_num: "0,1" },
      mem: { mem_limit: "2048" },
      disk_read: { disk_read_limit: 50 },
      disk_write: { disk_write_limit: "40" },
      energy: { energy_limit: 30 },
      net: { net_limit: 100, device_name_in_host: "veth0" },
      comment: "ignored",
    });
    assert.equal(status, 201);
    assert.deepEqual(json, {
      cpu: { ...cpu, effective_cpu_limit: 150, cpu_allowance_limit: 150 },
      mem: { mem_limit: 2048, unit: "M" },
      disk_read: { ...diskPart, disk_read_limit: 50 },
      disk_write: { ...diskPart, disk_write_limit: 40 },
      energy: { energy_limit: 30 },
    });
    const rates = { disk_read: 50, disk_write: 40, net: 100 };
    assert.deepEqual(host.wishes, [{ cpuShares: 150, memMib: 2048, rates }]);
  });

  test("nothing, which is no change and no fault", async () => {
    const { status, json } = await ask("PUT", "/container/cont0", { other: 1 });
    assert.deepEqual([status, json], [201, whole]);
    assert.deepEqual(host.wishes, []);
  });

  const faults: readonly (readonly [object, string, RegExp])[] = [
    [{ mem: { mem_limit: 63 } }, "mem", /^Memory limit is too low, less than 64 MB$/],
    [{ energy: { energy_limit: -1 } }, "energy", /^Energy limit is too low, less than 0 W$/],
    [{ cpu: { cpu_allowance_limit: "abc" } }, "cpu", /^invalid literal for int\(\)/],
    [{ cpu: { cpu_allowance_limit: -5 } }, "cpu", /no limit of cpu/],
    [{ cpu: { cpu_allowance_limit: 1e300 } }, "cpu", /^invalid literal/],
    [{ cpu: { cpu_allowance_limit: 100, cpu_num: "0,9" } }, "cpu", /no core 9/],
    [{ cpu: { cpu_num: "zero" } }, "cpu", /no core and no range/],
    [{ mem: { mem_limit: null } }, "mem", /^invalid literal/],
    [{ mem: 4096 }, "mem", /is no object/],
    [{ disk_read: { disk_read_limit: 0 } }, "disk_read", /no limit/],
    [{ net: { net_limit: "" }, disk_write: { disk_write_limit: [] } }, "disk_write", /^invalid/],
  ];
  for (const [body, part, words] of faults) {
    test(`${JSON.stringify(body)} is refused, and nothing is set`, async () => {
      const wanted = { ...body, ...(part !== "cpu" && { cpu: { cpu_allowance_limit: 100 } }) };
      const { status, json } = await ask("PUT", "/container/cont0", wanted);
      assert.equal(status, 400);
      assert.ok(typeof json === "object" && json !== null);
      const told = Object.entries(json);
      assert.deepEqual(
        told.map(([key]) => key),
        [part],
      );
      assert.match(String(told[0]?.[1].error), words);
      assert.deepEqual(host.wishes, []);
    });
  }

  test("what the agent refuses is told at its part, and not as a fault of the request", async () => {
    host.refusal = { code: "in-auto", resource: "mem", text: "mem of cont0 is in auto" };
    const { status, json } = await ask("PUT", "/container/cont0", { mem: { mem_limit: 128 } });
    assert.deepEqual([status, json], [409, { mem: { error: "mem of cont0 is in auto" } }]);
    host.refusal = { code: "unknown", text: "no container called cont0 runs on this host" };
    assert.equal((await ask("PUT", "/container/cont0", { mem: { mem_limit: 128 } })).status, 404);
  });

  test("no body, no JSON and no object are refused as such", async () => {
    for (const body of ["null", "[]", "5", "{", '"x"'])
      assert.equal((await ask("PUT", "/container/cont0", body)).status, 400, body);
    assert.equal((await ask("PUT", "/container/cont0")).status, 415);
    assert.equal((await ask("PUT", "/container/none", {})).status, 404);
  });

  test("whatever is sent, nothing fails, and a refusal sets nothing", async () => {
    const parts = ["cpu", "mem", "disk_read", "disk_write", "energy", "net"];
    const keys = parts.flatMap((part) => [`${part}_limit`, "cpu_allowance_limit", "cpu_num"]);
    const part = fc.oneof(
      anyValue,
      fc.dictionary(fc.constantFrom(...keys), anyValue, { maxKeys: 3 }),
    );
    const body = fc.oneof(
      fc.dictionary(fc.constantFrom(...parts, "other"), part, { maxKeys: 4 }),
      anyValue,
      anyText,
    );
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        host.wishes.length = 0;
        const { status, json } = await ask("PUT", "/container/cont0", sent ?? "null");
        assert.ok([201, 400, 415].includes(status), String(status));
        assert.ok(typeof json === "object");
        if (status !== 201) assert.deepEqual(host.wishes, []);
      }),
      { numRuns: 200 },
    );
    assert.deepEqual(errors, []);
  });
});
