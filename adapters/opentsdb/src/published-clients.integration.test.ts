import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { type FaceHarness, harnessNow, openFace } from "./testing/face-harness.ts";

/*
 * The requests of unmodified clients of the published framework, as they were captured: every metric that
 * a sender posts with the tags it has, and every form in which a service asks.
 */
const process = { pid: "1", command: "process_api" };
const posted: readonly (readonly [metrics: readonly string[], tags: object])[] = [
  [["sys.cpu.usage", "sys.mem.free", "sys.mem.usage", "sys.swap.free"], {}],
  [["sys.cpu.kernel", "sys.cpu.user", "sys.cpu.idle", "sys.cpu.wait"], { core: "0" }],
  [
    ["usage", "read.ios", "read.mb", "write.ios", "write.mb"].map((name) => `sys.disk.${name}`),
    { disk: "vda" },
  ],
  [["sys.net.in.mb", "sys.net.out.mb", "sys.net.usage"], { device: "transport" }],
  [["proc.cpu.user", "proc.cpu.kernel", "proc.mem.virtual", "proc.mem.resident"], process],
  [["proc.disk.reads.mb", "proc.disk.writes.mb"], { pid: "13761", command: "python3" }],
  [["proc.net.tcp.out.mb", "proc.net.tcp.in.mb"], { pid: "3676", command: "sleep" }],
  [["sys.processors.temp", "sys.processors.energy"], {}],
  [["sys.cpu.temp", "sys.cpu.energy"], { cpu: "0" }],
];

const part = (metric: string, tags: object) => ({
  ...{ aggregator: "zimsum", metric, tags, downsample: "5s-avg" },
});
const ofContainer = [
  "proc.cpu.user",
  "proc.cpu.kernel",
  "proc.mem.resident",
  "proc.mem.virtual",
  "proc.disk.reads.mb",
  "proc.disk.writes.mb",
  "structure.energy.usage",
];
const ofApplication = ["structure.cpu.usage", "structure.mem.usage", "structure.energy.usage"];

describe("a client of the published framework", () => {
  let face: FaceHarness;
  const stamp = harnessNow - 30;
  beforeEach(async () => {
    face = await openFace();
    const points = posted.flatMap(([metrics, tags]) =>
      metrics.map((metric) => ({
        ...{ metric, timestamp: String(stamp), value: "19.05" },
        tags: { host: "cont0", ...tags },
      })),
    );
    assert.equal((await face.send(points)).status, 204);
    assert.equal(face.counters().get("accepted"), points.length, "each metric is known");
  });
  afterEach(() => face[Symbol.asyncDispose]());

  const ask = async (queries: readonly object[], window = 10) => {
    const { status, body } = await face.query({ start: stamp - window, end: stamp, queries });
    assert.equal(status, 200, JSON.stringify(body));
    const answers = body as readonly { readonly metric: string }[];
    return answers.map(({ metric }) => metric);
  };

  test("that is a guardian finds what was posted of a container, and nothing of its power", async () => {
    const found = await ask(ofContainer.map((metric) => part(metric, { host: "cont0" })));
    assert.deepEqual(found, ofContainer.slice(0, -1));
  });

  test("that is a guardian of applications, or wants power, finds that there is nothing", async () => {
    assert.deepEqual(
      await ask(ofApplication.map((metric) => part(metric, { structure: "app1" }))),
      [],
    );
    assert.deepEqual(await ask([part("structure.energy.usage", { host: "host0-rapl" })]), []);
  });

  test("that is a scaler asks for many containers at once", async () => {
    const kinds = ["proc.cpu.user", "proc.cpu.kernel"];
    assert.deepEqual(
      await ask(kinds.map((metric) => part(metric, { host: "cont0|cont1" }))),
      kinds,
    );
  });

  test("that makes reports asks for hours, and for what its snapshoter wrote", async () => {
    const point = { metric: "structure.cpu.current", value: 200, timestamp: stamp };
    const written = await face.send(
      [{ ...point, tags: { structure: "cont0" } }],
      "/api/put?details",
    );
    assert.deepEqual(JSON.parse(written.text), { errors: [], failed: 0, success: 1 });
    const queries = [
      part("structure.cpu.current", { structure: "cont0" }),
      part("proc.cpu.user", { host: "cont0" }),
      part("sys.cpu.energy", { host: "cont0" }),
    ];
    const all = ["structure.cpu.current", "proc.cpu.user", "sys.cpu.energy"];
    assert.deepEqual(await ask(queries, 4775), all);
  });
});
