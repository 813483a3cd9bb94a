import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type Resource, wallSeconds } from "@sc/domain";
import type { UsageReader } from "@sc/ports";
import { usageReaderSuite } from "@sc/ports/testing";
import { OpentsdbUsageReader } from "./opentsdb/opentsdb-usage-reader.ts";
import { PrometheusUsageReader } from "./prometheus/prometheus-usage-reader.ts";
import { AnsweringServer, saying } from "./testing/answering-server.ts";
import { StoreProcess, VictoriaMetrics, whyNoProgram } from "./testing/index.ts";
import { VictoriaMetricsWriter } from "./victoria-metrics/victoria-metrics-writer.ts";

const never = new AbortController().signal;
const [from, to] = [wallSeconds(1_700_000_000), wallSeconds(1_700_000_010)];
const placeAt = (url: string) => ({ url, credentialsFile: null, timeoutSeconds: 10 });
const queries = new Map<Resource, string>([
  ["cpu", "sum by (host) (avg_over_time(cpu_shares[10s]))"],
  ["mem", "sum by (host) (avg_over_time(mem_mib[10s]))"],
]);
const promQl = { queries, label: "host" };

describe("a real VictoriaMetrics", { skip: whyNoProgram("victoria-metrics") }, () => {
  usageReaderSuite("it", async () => {
    const store = await VictoriaMetrics.start();
    const writer = new VictoriaMetricsWriter(placeAt(store.url));
    return {
      ...{ reader: new PrometheusUsageReader(placeAt(store.url), promQl), from, to },
      use: async (host, value) => {
        const points = [2, 5, 8].map((at) => ({
          ...{ metric: "cpu_shares", tags: { host }, value },
          stamp: wallSeconds(from + at),
        }));
        assert.deepEqual(await writer.write(points, never), { kind: "taken" });
        await store.stored();
      },
      vanish: () => store.process.kill(),
      close: () => store[Symbol.asyncDispose](),
    };
  });
});

/** Scrapes what it is told, once a second. */
const startPrometheus = (target: string): Promise<StoreProcess> =>
  StoreProcess.start({
    program: "prometheus",
    healthPath: "/-/ready",
    args: ({ folder, port }) => {
      const file = join(folder, "prometheus.yml");
      const scrape = { job_name: "containers", honor_labels: true, scrape_interval: "1s" };
      const targets = { static_configs: [{ targets: [new URL(target).host] }] };
      // JSON is YAML too.
      writeFileSync(file, JSON.stringify({ scrape_configs: [{ ...scrape, ...targets }] }));
      return [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--log.level=error",
      ];
    },
  });

describe("a real Prometheus", { skip: whyNoProgram("prometheus") }, () => {
  usageReaderSuite("it", async () => {
    const lines = new Map<string, string>();
    const told: AnsweringServer = await AnsweringServer.start((asked, response) =>
      saying(200, [...lines.values(), ""].join("\n"), { "content-type": "text/plain" })(
        asked,
        response,
      ),
    );
    const store = await startPrometheus(told.url);
    const reader = new PrometheusUsageReader(placeAt(store.url), promQl);
    const now = () => wallSeconds(Date.now() / 1000);
    return {
      reader,
      get from() {
        return wallSeconds(now() - 10);
      },
      get to() {
        return now();
      },
      use: async (host, shares) => {
        lines.set(host, `cpu_shares{host="${host}"} ${shares}`);
        for (let isThere = false; !isThere; await delay(100)) {
          const question = { resource: "cpu", from: now(), to: now() } as const;
          const answer = await reader.read(question, never);
          isThere = answer.ok && answer.value.used.has(host);
        }
      },
      vanish: () => store.kill(),
      close: async () => {
        await store[Symbol.asyncDispose]();
        await told.stop();
      },
    };
  });
});

interface SubQuery {
  readonly metric: string;
  readonly tags: Readonly<Record<string, string>>;
}

const opentsdb = (url: string): UsageReader =>
  new OpentsdbUsageReader(placeAt(url), {
    metrics: new Map<Resource, readonly string[]>([
      ["cpu", ["proc.cpu.user", "proc.cpu.kernel"]],
      ["mem", ["proc.mem.resident"]],
    ]),
    tag: "host",
  });

usageReaderSuite("what answers like OpenTSDB", async () => {
  const used = new Map<string, number>();
  const store = await AnsweringServer.start(({ text }, response) => {
    const asked: readonly SubQuery[] = JSON.parse(text).queries;
    const rows = asked.flatMap(({ metric, tags }) =>
      [...used].flatMap(([host, value]) =>
        metric.startsWith("proc.cpu") && tags.host === "*"
          ? [
              {
                metric,
                tags: { host },
                aggregateTags: ["pid"],
                dps: { [from]: 0, [from + 5]: value },
              },
            ]
          : [],
      ),
    );
    response.end(JSON.stringify(rows));
  });
  return {
    ...{ reader: opentsdb(store.url), from, to },
    use: async (host, shares) => void used.set(host, shares),
    vanish: () => store.stop(),
    close: () => store.stop(),
  };
});

test("OpenTSDB is asked as the published guardian asks", async () => {
  await using store = await AnsweringServer.start(saying(200, "[]"));
  await opentsdb(store.url).read({ resource: "cpu", from, to }, never);
  assert.deepEqual(JSON.parse(store.asked[0]?.text ?? ""), {
    ...{ start: from, end: to },
    queries: ["proc.cpu.user", "proc.cpu.kernel"].map((metric) => ({
      ...{ aggregator: "zimsum", metric, tags: { host: "*" }, downsample: "5s-avg" },
    })),
  });
});

const cpuOf = async (reader: UsageReader) => reader.read({ resource: "cpu", from, to }, never);
const series = (metric: string, host: string, dps: object) => ({ metric, tags: { host }, dps });

test("half of a sum, an empty series and no number are missing, and the others are not", async () => {
  const rows = [
    series("proc.cpu.user", "web", { 5: 10, 10: 20 }),
    series("proc.cpu.kernel", "web", { 5: 4 }),
    series("proc.cpu.user", "half", { 5: 10 }),
    series("proc.cpu.user", "empty", {}),
    series("proc.cpu.kernel", "empty", { 5: 1 }),
    series("proc.cpu.user", "bad", { 5: "NaN" }),
    series("proc.cpu.kernel", "bad", { 5: 1 }),
    { metric: "proc.cpu.user", tags: {}, dps: { 5: 1 } },
  ];
  await using store = await AnsweringServer.start(saying(200, JSON.stringify(rows)));
  const answer = await cpuOf(opentsdb(store.url));
  assert.ok(answer.ok);
  assert.deepEqual([[...answer.value.used], answer.value.unusable], [[["web", 19]], 2]);
});

test("two series of one container, no name and no number are missing, and the others are not", async () => {
  const vector = (host: string | undefined, value: string) => ({
    metric: { host },
    value: [1, value],
  });
  const result = [
    ...[vector("web", "1.5"), vector("twice", "1"), vector("twice", "2"), vector("nan", "NaN")],
    ...[vector("endless", "+Inf"), vector(undefined, "1"), vector("db", "0")],
  ];
  const said = { status: "success", data: { resultType: "vector", result } };
  await using store = await AnsweringServer.start(saying(200, JSON.stringify(said)));
  const answer = await cpuOf(new PrometheusUsageReader(placeAt(store.url), promQl));
  assert.ok(answer.ok);
  const used = [...answer.value.used];
  assert.deepEqual(used, [
    ["web", 1.5],
    ["db", 0],
  ]);
  assert.equal(answer.value.unusable, 4);
});

const strangers: readonly (readonly [what: string, status: number, text: string])[] = [
  ["an error", 503, "[]"],
  ["a page", 200, "<html>"],
  ["another JSON", 200, '{"status":"ok"}'],
  ["a refusal", 400, '{"status":"error","error":"parse error"}'],
  ["a matrix", 200, '{"status":"success","data":{"resultType":"matrix","result":[]}}'],
];
for (const [what, status, text] of strangers) {
  test(`${what} (${status}) tells of no usage, and says so`, async () => {
    await using store = await AnsweringServer.start(saying(status, text));
    for (const reader of [
      opentsdb(store.url),
      new PrometheusUsageReader(placeAt(store.url), promQl),
    ]) {
      const answer = await cpuOf(reader);
      assert.match(answer.ok ? "" : answer.error.text, new RegExp(`answered ${status}`));
    }
  });
}

test("a store that does not answer is waited for as long as is set", async () => {
  await using store = await AnsweringServer.start(() => {});
  const place = { ...placeAt(store.url), timeoutSeconds: 0.1 };
  const answer = await cpuOf(new PrometheusUsageReader(place, promQl));
  assert.deepEqual(answer, { ok: false, error: { text: "no answer in 0.1 s" } });
});
