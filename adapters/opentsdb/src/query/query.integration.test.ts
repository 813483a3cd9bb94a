import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { UsageHistory } from "@sc/domain";
import { nameFor } from "@sc/domain/testing";
import { sampleOfHost } from "../testing/bdwatchdog-points.ts";
import { type FaceHarness, harnessNow, openFace } from "../testing/face-harness.ts";

/** A multiple of every bucket's length. */
const begin = harnessNow - 30;

const columnsOf = (used: readonly number[]) => ({
  used: Float64Array.from(used),
  usedMax: Float64Array.from(used),
  limit: Float64Array.from(used, () => Number.POSITIVE_INFINITY),
  allocated: Float64Array.from(used, () => 200),
  reserved: Float64Array.from(used, () => 300),
});
const noSums = { used: 0, allocated: 0, reserved: 0 };

const historyOf = (name: string, used: readonly number[]): UsageHistory => ({
  structure: nameFor(name),
  stepSeconds: 5,
  stamps: Float64Array.from(used, (_, index) => begin + index * 5),
  cpu: columnsOf(used),
  mem: columnsOf(used.map((value) => value * 10)),
  throttledRatio: Float64Array.from(used, () => 0),
  sums: { seconds: 0, cpu: noSums, mem: noSums, throttledSeconds: 0 },
});

const part = (metric: string, tags: object, changed: object = {}) => ({
  aggregator: "zimsum",
  metric,
  tags,
  downsample: "5s-avg",
  ...changed,
});

describe("/api/query", () => {
  let face: FaceHarness;
  const ask = async (...queries: readonly object[]) => {
    const { status, body } = await face.query({ start: begin, end: begin + 20, queries });
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const post = async (host: string, stamp: number, rows: readonly (readonly number[])[]) => {
    const processes = rows.map(([user = 0, kernel = 0], index) => ({
      ...{ pid: String(index), user, kernel, residentMb: 20 },
    }));
    await face.send(sampleOfHost(host, stamp, processes));
  };

  beforeEach(async () => {
    const histories = new Map([
      ["own0", historyOf("own0", [10, Number.NaN, 30])],
      ["own1", historyOf("own1", [1, 2, 3])],
      ["cont0", historyOf("cont0", [999, 999, 999])],
    ]);
    face = await openFace({ histories });
  });
  afterEach(() => face[Symbol.asyncDispose]());

  test("sums processes, each averaged in its bucket, a missing one counting zero", async () => {
    await post("cont0", begin + 1, [
      [10, 1],
      [20, 2],
    ]);
    await post("cont0", begin + 3, [[30, 3]]);
    await post("cont0", begin + 6, [[5, 1]]);
    assert.deepEqual(await ask(part("proc.cpu.user", { host: "cont0" })), [
      {
        metric: "proc.cpu.user",
        tags: { host: "cont0" },
        aggregateTags: ["command", "pid"],
        dps: { [begin]: 40, [begin + 5]: 5 },
      },
    ]);
  });

  test("names the whole of a series that is alone, and keeps its points in the order of time", async () => {
    for (const late of [10, 0, 5]) await post("cont0", begin + late, [[late, 0]]);
    const [only] = (await ask(part("proc.cpu.user", { host: "cont0" }))) as readonly {
      readonly tags: object;
      readonly dps: object;
    }[];
    assert.deepEqual(only?.tags, { host: "cont0", pid: "0", command: "command0" });
    assert.deepEqual(Object.keys(only?.dps ?? {}), [begin, begin + 5, begin + 10].map(String));
  });

  test("has a group for each of `cont0|cont1`, and one for each host that a star matches", async () => {
    for (const host of ["cont0", "cont1", "cont11", "other"]) await post(host, begin, [[1, 1]]);
    const hostsOf = async (host: string) =>
      ((await ask(part("proc.cpu.kernel", { host }))) as readonly { tags: { host: string } }[])
        .map(({ tags }) => tags.host)
        .toSorted();
    assert.deepEqual(await hostsOf("cont0|cont1|gone"), ["cont0", "cont1"]);
    assert.deepEqual(await hostsOf("cont*"), ["cont0", "cont1", "cont11"]);
    assert.deepEqual(await hostsOf("*1"), ["cont1", "cont11"]);
    assert.deepEqual(await hostsOf("*"), ["cont0", "cont1", "cont11", "other"]);
    assert.deepEqual(await hostsOf("c*t*1"), ["cont1", "cont11"]);
  });

  test("leaves out what has no points, also between others: an empty one is read as zero", async () => {
    await post("cont0", begin, [[1, 1]]);
    const nothing = part("proc.disk.reads.mb", { host: "cont0" });
    assert.deepEqual(await ask(nothing), []);
    // There is a series, but not at this time.
    await post("before", begin - 60, [[1, 1]]);
    assert.deepEqual(await ask(part("proc.cpu.user", { host: "before" })), []);
    const answers = await ask(nothing, part("proc.mem.resident", { host: "cont0" }), nothing);
    assert.equal(Array.isArray(answers) && answers.length, 1);
  });

  test("includes both ends, and nothing outside of them", async () => {
    for (const at of [-1, 0, 20, 21]) await post("cont0", begin + at, [[at + 2, 0]]);
    assert.partialDeepStrictEqual(
      await ask(part("proc.cpu.user", { host: "cont0" }, { downsample: undefined })),
      [{ dps: { [begin]: 2, [begin + 20]: 22 } }],
    );
  });

  const folds: readonly (readonly [aggregator: string, downsample: string, dps: object])[] = [
    ["zimsum", "10s-max", { 0: 60, 10: 8 }],
    ["zimsum", "10s-min", { 0: 20, 10: 8 }],
    ["zimsum", "10s-sum", { 0: 80, 10: 8 }],
    ["zimsum", "10s-count", { 0: 4, 10: 1 }],
    ["zimsum", "1m-avg", { 0: 34.33333333333333 }],
    ["sum", "5s-avg", { 0: 30, 5: 50, 10: 8 }],
    ["avg", "5s-avg", { 0: 15, 5: 25, 10: 8 }],
    ["max", "5s-avg", { 0: 20, 5: 40, 10: 8 }],
    ["mimmin", "5s-avg", { 0: 10, 5: 10, 10: 8 }],
    ["count", "5s-avg", { 0: 2, 5: 2, 10: 1 }],
  ];
  for (const [aggregator, downsample, dps] of folds) {
    test(`answers ${aggregator} of ${downsample}`, async () => {
      // Buckets of a minute begin a little before.
      const from = begin - (begin % 60);
      await post("cont0", from, [
        [10, 0],
        [20, 0],
      ]);
      await post("cont0", from + 5, [
        [40, 0],
        [10, 0],
      ]);
      await post("cont0", from + 10, [[8, 0]]);
      const { body } = await face.query({
        start: from,
        end: from + 20,
        queries: [part("proc.cpu.user", { host: "cont0" }, { aggregator, downsample })],
      });
      const expected = Object.entries(dps).map(([at, value]) => [String(from + Number(at)), value]);
      assert.partialDeepStrictEqual(body, [{ dps: Object.fromEntries(expected) }]);
    });
  }

  test("interpolates where the aggregator does, and only there", async () => {
    await post("cont0", begin, [
      [10, 0],
      [100, 0],
    ]);
    await post("cont0", begin + 5, [[20, 0]]);
    await post("cont0", begin + 10, [
      [30, 0],
      [300, 0],
    ]);
    const of = (aggregator: string) =>
      ask(part("proc.cpu.user", { host: "cont0" }, { aggregator }));
    const values = (middle: number) => [{ dps: { [begin + 5]: middle } }];
    assert.partialDeepStrictEqual(await of("sum"), values(220));
    assert.partialDeepStrictEqual(await of("zimsum"), values(20));
  });

  test("answers of our own containers what nobody posted, and what was posted where it was", async () => {
    await post("cont0", begin, [[7, 0]]);
    const answer = (await ask(
      part("proc.cpu.user", { host: "cont0|own0|own1|gone" }),
    )) as readonly {
      readonly tags: { readonly host: string };
      readonly dps: object;
    }[];
    const byHost = answer.map(({ tags, dps }) => [tags.host, dps]);
    assert.deepEqual(Object.fromEntries(byHost), {
      cont0: { [begin]: 7 },
      own0: { [begin]: 10, [begin + 10]: 30 },
      own1: { [begin]: 1, [begin + 5]: 2, [begin + 10]: 3 },
    });
  });

  test("answers the state of our own containers by the tag structure; no limit is no point", async () => {
    const of = (field: string) => ask(part(`structure.${field}`, { structure: "own1" }));
    const dps = (first: number) => [{ tags: { structure: "own1" }, dps: { [begin]: first } }];
    assert.partialDeepStrictEqual(await of("cpu.usage"), dps(1));
    assert.partialDeepStrictEqual(await of("mem.usage"), dps(10));
    assert.partialDeepStrictEqual(await of("cpu.max"), dps(300));
    assert.deepEqual(await of("cpu.current"), []);
    assert.deepEqual(await of("energy.usage"), []);
    const any = (await ask(part("structure.cpu.usage", { structure: "own*" }))) as object[];
    assert.equal(any.length, 2);
  });

  test("takes times as text, in milliseconds, as dates of this host, and ago", async () => {
    await post("cont0", begin, [[7, 0]]);
    const two = (value: number) => String(value).padStart(2, "0");
    const dateOf = (seconds: number): string => {
      const date = new Date(seconds * 1000);
      const day = `${date.getFullYear()}/${two(date.getMonth() + 1)}/${two(date.getDate())}`;
      return `${day}-${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`;
    };
    const ranges: readonly (readonly [start: unknown, end: unknown])[] = [
      [String(begin), String(begin + 1)],
      [begin * 1000, (begin + 1) * 1000],
      [dateOf(begin), dateOf(begin + 1)],
      ["1m-ago", "now"],
      ["1h-ago", undefined],
    ];
    for (const [start, end] of ranges) {
      const queries = [part("proc.cpu.user", { host: "cont0" })];
      const { body } = await face.query({ start, end, queries });
      assert.partialDeepStrictEqual(body, [{ dps: { [begin]: 7 } }], String(start));
    }
  });

  const refused: readonly (readonly [what: string, changed: object])[] = [
    ["without a start", { start: undefined }],
    ["that begins on no day", { start: "2026/02/31-00:00:00" }],
    ["that ends before it begins", { end: begin - 1 }],
    ["of nothing", { queries: [] }],
    ["of too much", { queries: Array.from({ length: 101 }, () => part("proc.cpu.user", {})) }],
    ["with too many buckets", { start: 0, queries: [part("a", {}, { downsample: "1s-avg" })] }],
    ["with an aggregator nobody knows", { queries: [part("a", {}, { aggregator: "moon" })] }],
    ["with buckets nobody knows", { queries: [part("a", {}, { downsample: "5 moons" })] }],
    ["for rates", { queries: [part("a", {}, { rate: true })] }],
    ["with a number for a tag", { queries: [part("a", { host: 1 })] }],
    ["that is a list", { queries: [[]] }],
  ];
  for (const [what, changed] of refused) {
    test(`refuses a query ${what}, and says so in JSON`, async () => {
      const query = { start: begin, end: begin + 20, queries: [part("a", { host: "b" })] };
      const { status, body } = await face.query({ ...query, ...changed });
      assert.equal(status, 400);
      assert.partialDeepStrictEqual(body, { error: { code: 400 } });
    });
  }

  test("refuses what is no JSON, and more than any query has", async () => {
    const [bad, large] = ["{", " ".repeat(300_000)];
    for (const body of [bad, large]) {
      const { status, text } = await face.post("/api/query", body ?? "");
      assert.equal(status, 400);
      assert.ok(JSON.parse(text));
    }
  });
});
