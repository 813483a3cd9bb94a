import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RequestRefused } from "../errors.ts";
import { readApplication } from "./application.ts";
import { readContainer } from "./container.ts";
import { disksOfBody, readDiskChanges, readDisks, readHost } from "./host.ts";
import { readUser } from "./user.ts";

const limits = {
  resources: {
    cpu: { boundary: "10", boundary_type: "percentage_of_max" },
    mem: { boundary: 5, boundary_type: "percentage_of_current" },
  },
};
const resource = { max: "200", min: 50, current: "50", guard: "false", weight: "1.5" };
const container = {
  name: "c1",
  host: "h1",
  host_rescaler_ip: "10.0.0.1",
  host_rescaler_port: 8000,
  guard: "true",
  subtype: "container",
  resources: { cpu: resource, mem: { max: "200", min: 50, current: "50", guard: true } },
};
const disk = {
  name: "hdd_0",
  type: "HDD",
  load: 0,
  path: "/data",
  max_read: "130",
  free_read: 130,
  max_write: 120,
  free_write: 120,
};
const host = {
  name: "h1",
  host: "h1",
  subtype: "host",
  host_rescaler_ip: "h1",
  host_rescaler_port: "8000",
  resources: {
    cpu: { max: "800", free: 800 },
    mem: { max: 24_576, free: 20_000 },
    energy: { max: 100, free: 100 },
    disks: [disk],
  },
};
const texts = {
  install_script: "",
  install_files: "",
  runtime_files: "",
  output_dir: "",
  start_script: "start.sh",
  stop_script: "",
};
const application = {
  name: "a1",
  guard: "false",
  subtype: "application",
  ...texts,
  resources: { cpu: resource, mem: resource },
};
const user = {
  name: "u1",
  subtype: "user",
  resources: { cpu: { max: 500, min: "100" }, mem: { max: 500, min: 100 } },
};

/** The same with one value changed, or taken away; `place` is a path of keys. */
function changed(body: unknown, place: string, value: unknown): unknown {
  const [key = "", ...rest] = place.split(".");
  const entries = new Map(Object.entries(body ?? {}));
  const inner = rest.length === 0 ? value : changed(entries.get(key), rest.join("."), value);
  if (inner === undefined) entries.delete(key);
  else entries.set(key, inner);
  return Object.fromEntries(entries);
}

const messageOf = (read: () => unknown): string => {
  try {
    read();
    return "taken";
  } catch (error) {
    assert.ok(error instanceof RequestRefused, String(error));
    assert.equal(error.status, 400);
    return error.message;
  }
};

test("a container is read with its numbers and switches, however they were sent", () => {
  const read = readContainer("c1", { container, limits });
  assert.deepEqual(read, {
    host: "h1",
    agent: { address: "10.0.0.1", port: 8000 },
    isGuarded: true,
    resources: {
      cpu: {
        ...{ max: 200, min: 50, current: 50, isGuarded: false, weight: 1.5 },
        boundary: { percent: 10, of: "max" },
      },
      mem: {
        ...{ max: 200, min: 50, current: 50, isGuarded: true },
        boundary: { percent: 5, of: "current" },
      },
    },
    policy: "serverless-rules",
  });
});

describe("a container", () => {
  const body = { container, limits };
  const rows: readonly (readonly [place: string, value: unknown, message: RegExp])[] = [
    ["container", undefined, /^Missing key 'container'$/],
    ["limits", undefined, /^Missing key 'limits'$/],
    ["container", "text", /must be an object/],
    ["container.host", undefined, /^Missing key 'host'$/],
    ["container.name", "c2", /^Name mismatch c1 != c2$/],
    ["container.guard", "maybe", /'guard' must be true or false/],
    ["container.resources", undefined, /^Missing resource container information$/],
    ["container.resources.mem", undefined, /^Missing 'mem' container resource information$/],
    ["limits.resources.mem", undefined, /^Missing 'mem' limits resource information$/],
    ["container.resources.cpu.current", undefined, /^Missing key 'current' for 'cpu' resource$/],
    ["container.resources.cpu.max", "abc", /'max' for 'cpu' resource must be a number/],
    ["container.resources.cpu.max", -1, /not negative/],
    ["container.resources.cpu.min", 201, /'min' for 'cpu' resource is more than 'max'/],
    ["container.resources.gpu", resource, /^Resource 'gpu' is not valid$/],
    [
      "container.resources.disk",
      { name: "d", path: "/p" },
      /^Missing disk read or write bandwidth/,
    ],
    ["limits.resources.cpu.boundary", 350, /0 to 100/],
    ["limits.resources.cpu.boundary_type", "percentage", /percentage_of_max/],
  ];
  for (const [place, value, message] of rows) {
    test(`with ${place} = ${JSON.stringify(value)} is refused`, () => {
      assert.match(
        messageOf(() => readContainer("c1", changed(body, place, value))),
        message,
      );
    });
  }

  for (const sent of [null, [], "x", 5, undefined]) {
    test(`is not ${JSON.stringify(sent)}`, () => {
      assert.match(
        messageOf(() => readContainer("c1", sent)),
        /object/,
      );
    });
  }

  test("has a disk only with both bandwidths", () => {
    const resources = {
      ...container.resources,
      disk: { name: "hdd_0", path: "/data" },
      disk_read: resource,
      disk_write: resource,
    };
    const read = readContainer("c1", changed(body, "container.resources", resources));
    assert.deepEqual(read.disk, { name: "hdd_0", path: "/data" });
    assert.deepEqual(Object.keys(read.resources), ["cpu", "mem", "disk_read", "disk_write"]);
  });
});

test("a host is read with its capacity, its disks, and what is free of them", () => {
  const read = readHost("h1", host);
  assert.deepEqual(read.agent, { address: "h1", port: 8000 });
  assert.equal(read.placement, "pinned");
  assert.deepEqual(read.resources, {
    cpu: { max: 800, free: 800 },
    mem: { max: 24_576, free: 20_000 },
    energy: { max: 100, free: 100 },
  });
  assert.deepEqual(read.disks, [
    {
      name: "hdd_0",
      type: "HDD",
      path: "/data",
      load: 0,
      read: { max: 130, free: 130 },
      write: { max: 120, free: 120 },
    },
  ]);
});

describe("a host", () => {
  const rows: readonly (readonly [place: string, value: unknown, message: RegExp])[] = [
    ["host_rescaler_port", undefined, /^Missing key 'host_rescaler_port'$/],
    ["host_rescaler_port", 0, /'host_rescaler_port' must be a port/],
    ["name", "h2", /^Name mismatch h1 != h2$/],
    ["resources", undefined, /^Missing resource host information$/],
    ["resources.cpu", undefined, /^Missing 'cpu' host resource information$/],
    ["resources.cpu.free", undefined, /^Missing key 'free' for 'cpu' resource$/],
    ["resources.cpu.free", 801, /^'free' is more than 'max'$/],
    ["resources.disks", {}, /must be a list/],
    ["resources.disks", [{ name: "d" }], /^Missing key 'type' in disk resource information$/],
    ["resources.disks", [{}], /^Missing key 'name'/],
  ];
  for (const [place, value, message] of rows) {
    test(`with ${place} = ${JSON.stringify(value)} is refused`, () => {
      assert.match(
        messageOf(() => readHost("h1", changed(host, place, value))),
        message,
      );
    });
  }
});

test("disks alone are read from a body of their own", () => {
  assert.equal(readDisks(disksOfBody({ resources: { disks: [disk] } })).length, 1);
  const change = { name: "hdd_0", max_read: "100", max_write: 90 };
  assert.deepEqual(readDiskChanges(disksOfBody({ resources: { disks: [change] } })), [
    { name: "hdd_0", readMax: 100, writeMax: 90 },
  ]);
  assert.match(
    messageOf(() => disksOfBody({})),
    /Missing resource/,
  );
  assert.match(
    messageOf(() => disksOfBody({ resources: {} })),
    /Missing disks/,
  );
});

describe("an application", () => {
  test("is read with its texts, and a switch that is a text", () => {
    const read = readApplication("a1", { app: application, limits });
    assert.equal(read.isGuarded, false);
    assert.deepEqual(read.programs, {
      installScript: "",
      installFiles: "",
      runtimeFiles: "",
      outputDir: "",
      startScript: "start.sh",
      stopScript: "",
    });
    assert.equal(read.resources.cpu?.isGuarded, false);
    assert.deepEqual(read.resources.mem?.boundary, { percent: 5, of: "current" });
  });

  const rows: readonly (readonly [place: string, value: unknown, message: RegExp])[] = [
    ["app", undefined, /^Missing key 'app'$/],
    ["app.stop_script", undefined, /^Missing key 'stop_script'$/],
    ["app.name", "b", /^Name mismatch/],
    ["app.state", "dancing", /^Invalid state/],
    ["app.resources.cpu.guard", undefined, /^Missing key 'guard' for 'cpu' resource$/],
    ["limits", undefined, /^Missing key 'limits'$/],
  ];
  for (const [place, value, message] of rows) {
    test(`with ${place} = ${JSON.stringify(value)} is refused`, () => {
      const body = changed({ app: application, limits }, place, value);
      assert.match(
        messageOf(() => readApplication("a1", body)),
        message,
      );
    });
  }
});

describe("a user", () => {
  test("is read with its bands", () => {
    const read = readUser("u1", { user });
    assert.deepEqual(read.resources.cpu, { max: 500, min: 100 });
  });

  const rows: readonly (readonly [place: string, value: unknown, message: RegExp])[] = [
    ["user", undefined, /^Missing key 'user'$/],
    ["user.subtype", undefined, /^Missing key 'subtype'$/],
    ["user.resources.mem", undefined, /^Missing 'mem' user resource information$/],
    ["user.resources.mem.min", undefined, /^Missing key 'min' for 'mem' resource$/],
  ];
  for (const [place, value, message] of rows) {
    test(`with ${place} = ${JSON.stringify(value)} is refused`, () => {
      assert.match(
        messageOf(() => readUser("u1", changed({ user }, place, value))),
        message,
      );
    });
  }
});
