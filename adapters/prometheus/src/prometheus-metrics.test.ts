import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ContainerView } from "@sc/ports";
import { metrics, PrometheusMetrics } from "./prometheus-metrics.ts";
import { sourcesOf, structureCalled } from "./testing/sample-sources.ts";

const textOf = (structures: readonly ContainerView[]): Promise<string> =>
  new PrometheusMetrics(sourcesOf(structures)).text();

describe("a scrape", () => {
  for (const line of [
    'sc_structure_info{structure="web",host="host1",engine="lxc"} 1',
    'sc_structure_mode{structure="web",resource="cpu",mode="auto"} 1',
    'sc_structure_mode{structure="web",resource="cpu",mode="observe"} 0',
    'sc_structure_mode{structure="web",resource="mem",mode="observe"} 1',
    'sc_structure_learning{structure="web"} 1',
    'sc_structure_held{structure="web"} 0',
    'sc_structure_cpu_usage_cores{structure="web"} 0.4',
    'sc_structure_cpu_limit_cores{structure="web"} 1.5',
    'sc_structure_cpu_min_cores{structure="web"} 0.1',
    'sc_structure_memory_limit_bytes{structure="web"} 536870912',
    'sc_structure_memory_max_bytes{structure="web"} 536870912',
    'sc_structure_cpu_used_seconds_total{structure="web"} 5',
    'sc_structure_memory_used_byte_seconds_total{structure="web"} 1048576',
    'sc_structure_cpu_throttled_seconds_total{structure="web"} 0.5',
    'sc_structure_cpu_throttled_ratio{structure="web"} 0.25',
    'sc_host_cpu_capacity_cores{host="host1"} 8',
    'sc_host_memory_granted_bytes{host="host1"} 1073741824',
    'sc_host_overcommitted{host="host1",resource="mem"} 1',
    "sc_usage_samples_total 100",
    'sc_events_total{resource="cpu",direction="up"} 4',
    'sc_requests_held_total{resource="cpu",reason="learning"} 2',
    'sc_changes_total{resource="mem",outcome="refused",author="other-hand"} 1',
    'sc_service_up{service="scaler"} 1',
    'sc_service_failing{service="scaler"} 1',
    'sc_problems{code="SC_NAME_INVALID"} 2',
    "sc_history_lost_readings_total 3",
    "sc_history_size_bytes 2097152",
    `sc_build_info{api="v1",node="${process.version}"} 1`,
  ]) {
    test(`says ${line}`, async () => {
      const lines = (await textOf([structureCalled("web")])).split("\n");
      assert.ok(lines.includes(line), lines.join("\n"));
    });
  }

  test("leaves out what is not known, and a limit there is not", async () => {
    const text = await textOf([structureCalled("web")]);
    assert.doesNotMatch(text, /sc_structure_memory_(usage|first_limit|upper)_bytes/);
    const { orchestration, ...others } = sourcesOf([], { history: undefined });
    const without = await new PrometheusMetrics({ orchestration, ...others }).text();
    assert.doesNotMatch(without, /sc_history|sc_structure_/);
  });

  test("forgets what is gone and counts anew what began anew", async () => {
    let structures = [structureCalled("web"), structureCalled("db")];
    const sources = sourcesOf([]);
    const orchestration = { ...sources.orchestration, listStructures: () => structures };
    const scraped = new PrometheusMetrics({ ...sources, orchestration });
    await scraped.text();
    const begun = structureCalled("web");
    structures = [{ ...begun, accounting: { ...begun.accounting, usedCoreSeconds: 1 } }];
    const text = await scraped.text();
    assert.match(text, /^sc_structure_cpu_used_seconds_total\{structure="web"\} 1$/m);
    assert.doesNotMatch(text, /structure="db"/);
  });

  test("is whole when two come at one time", async () => {
    const scraped = new PrometheusMetrics(sourcesOf([structureCalled("web")]));
    const own = /^(process|nodejs)_.*$/gm;
    const [first, second, later] = [scraped.text(), scraped.text(), scraped.text()];
    const whole = (await later).replace(own, "");
    assert.equal((await first).replace(own, ""), whole);
    assert.equal((await second).replace(own, ""), whole);
  });

  test("keeps a name of a structure within its label", async () => {
    const text = await textOf([structureCalled('a"b\\c\nd')]);
    assert.match(text, /^sc_structure_paused\{structure="a\\"b\\\\c\\nd"\} 0$/m);
  });
});

test("every metric has a name of its own, and labels that are bounded", () => {
  const names = metrics.map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)]);
  const labels = [...new Set(metrics.flatMap((metric) => metric.labels))].toSorted();
  assert.deepEqual(labels, [
    "api",
    "author",
    "code",
    "direction",
    "engine",
    "host",
    "mode",
    "node",
    "outcome",
    "reason",
    "resource",
    "service",
    "structure",
    "type",
  ]);
});
