import assert from "node:assert/strict";
import { test } from "node:test";
import {
  byResource,
  emptyAccounting,
  monotonicSeconds,
  type ResourceState,
  wallSeconds,
} from "@sc/domain";
import { idFor, nameFor, presetServiceSettings } from "@sc/domain/testing";
import { pointsOfSnapshot } from "./points-of-snapshot.ts";

const known: ResourceState = {
  mode: "auto",
  min: 10,
  max: 200,
  current: 150,
  used: 0,
  upper: 130,
  lower: 110,
};

function pointsOf(state: ResourceState) {
  const structure = {
    name: nameFor("web"),
    id: idFor("web"),
    resources: { ...byResource(() => known), cpu: state },
    accounting: emptyAccounting,
    cpuUsedSeconds: 1,
    throttledSeconds: 0,
  };
  const at = { at: monotonicSeconds(1), stamp: wallSeconds(5000) };
  const { guardian, "node-agent": nodeAgent } = presetServiceSettings;
  const facts = { totals: { cpu: 800 }, guardian, nodeAgent };
  return [...pointsOfSnapshot({ host: "host1", ...at, structures: [structure] }, facts)];
}

test("a snapshot becomes series named as the published framework names them", () => {
  const points = pointsOf(known);
  const cpu = points.filter(
    ({ tags, metric }) => tags.structure === "web" && metric.includes("cpu"),
  );
  assert.deepEqual(Object.fromEntries(cpu.map(({ metric, value }) => [metric, value])), {
    "structure.cpu.max": 200,
    "structure.cpu.min": 10,
    "structure.cpu.current": 150,
    "structure.cpu.usage": 0,
    "limit.cpu.upper": 130,
    "limit.cpu.lower": 110,
  });
  const others = points.filter(({ tags }) => tags.structure !== "web");
  assert.deepEqual(
    others.map(({ metric, tags, value }) => [metric, ...Object.entries(tags).flat(), value]),
    [
      ["structure.cpu.max", "structure", "host1", 800],
      ["conf.guardian.window_timelapse", "service", "guardian", 0.1],
      ["conf.guardian.window_delay", "service", "guardian", 0],
      ["conf.guardian.event_timeout", "service", "guardian", 0.1 * 12],
    ],
  );
  assert.ok(points.every(({ stamp }) => stamp === 5000));
});

test("what is not known, or has no limit, is no point: never -1, never zero", () => {
  const unknown = { used: undefined, upper: undefined, lower: undefined };
  for (const current of [null, undefined]) {
    const cpu = pointsOf({ ...known, ...unknown, current }).filter(
      ({ metric, tags }) => tags.structure === "web" && metric.includes(".cpu."),
    );
    assert.deepEqual(
      cpu.map(({ metric }) => metric),
      ["structure.cpu.max", "structure.cpu.min"],
    );
  }
});
