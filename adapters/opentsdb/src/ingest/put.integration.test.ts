import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { sampleOfHost } from "../testing/bdwatchdog-points.ts";
import { type FaceHarness, harnessNow, openFace } from "../testing/face-harness.ts";

const processes = [
  { pid: "1", user: 10, kernel: 2.5, residentMb: 19.05 },
  { pid: "7", user: 90, kernel: 0, residentMb: 100 },
];
const stamp = harnessNow - 5;
const sample = sampleOfHost("cont0", stamp, processes);
const [point] = sample;

/** The body of one post of an unmodified sender, byte by byte as Python packed it: 11 points of a host. */
const recorded = Buffer.from(
  "H4sIAKL4BGsC/7XU0QqDIBQG4FcJr0NULOdeZexC2lmT5RpqjRG9+7LrGorb7fkPfOiPniZkwFvdoGOB3Nvh5jngwakWUFkgrw04r8wzpFTIih+EJFWIRtUNEMZS4oqsy6p1y2BCt975kIwGzXNZbAl3sA/oYglOvxDLuOntukd2vcGBjdUqkavpSxd9fSQXeynt4zGSh6X1xuo4j/6kN8FztbTeMrE/9LaNGTD4aiH6ZIzWnGPJUt50MJJ+DUowo/vC+QOosT+VmAQAAA==",
  "base64",
);
const recordedAt = 1_795_487_905;
const packed = { "content-encoding": "gzip", "content-type": "application/json" };

describe("/api/put", () => {
  let face: FaceHarness;
  beforeEach(async () => {
    face = await openFace();
  });
  afterEach(() => face[Symbol.asyncDispose]());

  test("takes what a sender of BDWatchdog really posted, and answers it with nothing", async () => {
    face.now = recordedAt + 1;
    assert.deepEqual(await face.post("/api/put", recorded, packed), { status: 204, text: "" });
    assert.deepEqual(
      [...face.counters()],
      [
        ["accepted", 11],
        ["series", 11],
      ],
    );
  });

  test("takes a sample, and gives each process of it to who makes samples", async () => {
    assert.deepEqual(await face.send(sample), { status: 204, text: "" });
    const user = face.taken.filter(({ part }) => part === "cpuUser");
    assert.deepEqual(
      user.map(({ host, process, value }) => [host, process, value]),
      [
        ["cont0", "command=command1\npid=1\n", 10],
        ["cont0", "command=command7\npid=7\n", 90],
      ],
    );
    assert.equal(face.taken.length, sample.length);
  });

  test("takes the empty list that a sender posts when its input ends", async () => {
    assert.equal((await face.send([])).status, 204);
    assert.equal((await face.post("/api/put", "[]")).status, 204);
  });

  test("takes one point alone, unpacked, with numbers, at a path with slashes too many", async () => {
    const alone = { ...point, timestamp: stamp, value: 1 };
    assert.equal((await face.post("//api//put/", JSON.stringify(alone))).status, 204);
    assert.equal(face.counters().get("accepted"), 1);
  });

  test("answers 204 to a body that is bad in part, keeps what is good, and counts the rest by reason", async () => {
    const bad = [
      { ...point, metric: "no.such.metric" },
      { ...point, value: "NaN" },
      { ...point, timestamp: String(harnessNow + 4000) },
      { ...point, timestamp: "1" },
      { ...point, tags: {} },
      7,
    ];
    const text = `[${[...sample, ...bad].map((each) => JSON.stringify(each)).join(",")}]`;
    // A bare number ends the list: what came before it stands.
    assert.equal((await face.send([...sample, ...bad.slice(0, -1)])).status, 204);
    assert.equal((await face.post("/api/put", text)).status, 400);
    const counted = face.counters();
    assert.equal(counted.get("accepted"), 2 * sample.length);
    assert.equal(counted.get("again"), sample.length);
    for (const why of ["unknown-metric", "not-a-number", "far-future", "too-old", "missing-tags"]) {
      assert.equal(counted.get(why), 2, why);
    }
  });

  test("keeps the points beside a NaN that is no JSON, as Python writes it", async () => {
    const text = JSON.stringify(sample).replace('"26.40"', "NaN");
    assert.equal((await face.post("/api/put", text)).status, 204);
    assert.equal(face.counters().get("unreadable"), 1);
    assert.equal(face.counters().get("accepted"), sample.length - 1);
  });

  test("counts what comes late and what comes again, and takes the last word", async () => {
    const at = (seconds: number, value: string) => ({
      ...point,
      timestamp: String(seconds),
      value,
    });
    await face.send([at(stamp, "1"), at(stamp - 5, "2"), at(stamp, "3")]);
    assert.equal(face.counters().get("late"), 1);
    assert.equal(face.counters().get("again"), 1);
    const { body } = await face.query({
      start: stamp,
      end: stamp,
      queries: [{ aggregator: "zimsum", metric: "sys.cpu.usage", tags: { host: "cont0" } }],
    });
    assert.partialDeepStrictEqual(body, [{ dps: { [stamp]: 3 } }]);
  });

  test("tells who asks for details which points failed, and why", async () => {
    const all = await face.send(sample, "/api/put?details");
    assert.equal(all.status, 200);
    const good = { errors: [], failed: 0, success: sample.length };
    assert.deepEqual(JSON.parse(all.text), good);
    const bad = { ...point, value: "x" };
    const part = await face.send([point, bad], "/api/put?details&sync&sync_timeout=5000");
    assert.equal(part.status, 400);
    const errors = [{ datapoint: bad, error: "not-a-number" }];
    assert.deepEqual(JSON.parse(part.text), { errors, failed: 1, success: 1 });
    const summary = await face.send([bad, point], "/api/put?summary");
    assert.deepEqual([summary.status, summary.text], [400, '{"failed":1,"success":1}']);
  });

  interface Refused {
    readonly what: string;
    readonly body: Buffer | string;
    readonly isPacked: boolean;
    readonly why: RegExp;
  }
  const mib = 1_048_576;
  const never: readonly Refused[] = [
    {
      what: "64 MiB of zeros, packed",
      body: gzipSync(Buffer.alloc(64 * mib)),
      ...{ isPacked: true, why: /no JSON list/ },
    },
    {
      what: "64 MiB of blanks in a list, packed",
      body: gzipSync(`[${" ".repeat(64 * mib)}`),
      ...{ isPacked: true, why: /more than 16777216 bytes/ },
    },
    {
      what: "a text without end",
      body: gzipSync(`[{"metric":"${"x".repeat(mib)}`),
      ...{ isPacked: true, why: /a point has more than 4096 bytes/ },
    },
    {
      what: "what is not packed, though it says so",
      ...{ body: "[]", isPacked: true, why: /cannot be read/ },
    },
    {
      what: "half of what was packed",
      ...{ body: recorded.subarray(0, 100), isPacked: true, why: /cannot be read/ },
    },
    { what: "no list", body: "hello", isPacked: false, why: /no JSON list/ },
    { what: "nothing", body: "", isPacked: false, why: /ends before/ },
  ];
  for (const { what, body, isPacked, why } of never) {
    test(`refuses ${what} with 400, which no sender sends again`, async () => {
      const before = process.memoryUsage().rss;
      const { status, text } = await face.post("/api/put", body, isPacked ? packed : {});
      assert.equal(status, 400);
      const answer: { readonly error: { readonly message: string } } = JSON.parse(text);
      assert.match(answer.error.message, why);
      const grown = (process.memoryUsage().rss - before) / 1_048_576;
      assert.ok(grown < 48, `${grown} MiB more`);
    });
  }

  test("spoils the sums of what it could not keep, so that no part is taken for a whole", async () => {
    const bad = sample.map((each) => {
      return each.metric === "proc.cpu.user" && each.tags.pid === "7"
        ? { ...each, value: "NaN" }
        : each;
    });
    await face.send(bad);
    assert.deepEqual(face.spoiled, [{ host: "cont0", part: "cpuUser", stamp }]);
    await face.post("/api/put", JSON.stringify(sample).slice(0, -40));
    assert.deepEqual(face.spoiled.slice(1), [{ host: "cont0" }]);
  });

  test("guards against series without end, and spoils the sums that miss them", async () => {
    const many = Array.from({ length: 1100 }, (_, pid) => ({
      ...point,
      metric: "proc.cpu.user",
      tags: { host: "cont0", pid: String(pid) },
    }));
    await face.send(many);
    assert.equal(face.counters().get("too-many-series"), 1100 - 1024);
    assert.equal(face.spoiled.length, 1100 - 1024);
  });

  test("answers only POST, only what it has, and only whom it may", async () => {
    assert.equal((await fetch(`${face.url}/api/put`)).status, 405);
    assert.equal((await face.post("/api/suggest", "")).status, 404);
    await using closed = await openFace({ refuse: "not you" });
    const { status, text } = await closed.send(sample);
    assert.deepEqual([status, text], [403, '{"error":{"code":403,"message":"not you"}}']);
    assert.equal(closed.counters().get("accepted"), 0);
  });

  test("keeps what came before a sender hung up, and goes on", async () => {
    const socket = connect(Number(new URL(face.url).port), "127.0.0.1");
    await once(socket, "connect");
    const body = JSON.stringify(sample);
    socket.write(`POST /api/put HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n`);
    socket.write(body.slice(0, -50), () => socket.destroy());
    while (face.spoiled.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(face.spoiled, [{ host: "cont0" }]);
    assert.equal((await face.send(sample)).status, 204);
  });
});
