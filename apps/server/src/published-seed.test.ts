import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultRules, publishedRules, resources, thresholdRules } from "@sc/domain";
import { rulePresetsOf, windowSecondsOf } from "./published-seed.ts";

const serverlessRules = {
  windowSeconds: null,
  eventTimeoutWindows: 12,
  noDataSeconds: 30,
  cpu: { upEvents: 1, downEvents: 6, upAmount: 75 },
  mem: { upEvents: 1, downEvents: 8, upAmount: 256 },
  disk_read: { upEvents: 1, downEvents: 6, upAmount: 50 },
  disk_write: { upEvents: 1, downEvents: 6, upAmount: 50 },
  net: { upEvents: 1, downEvents: 6, upAmount: 100 },
};
const open = { compatibility: { open: true }, serverlessRules };
const closed = { compatibility: { open: false }, serverlessRules };

test("closed, the rules and windows are those of the configuration", () => {
  const presets = rulePresetsOf(closed);
  for (const resource of resources) {
    const { eventRules, requestRules } = defaultRules[resource];
    assert.deepEqual(presets[resource], { eventRules, requestRules });
  }
  assert.equal(windowSecondsOf(closed), null);
});

test("open, the published rules are the presets, in windows of 10 s", () => {
  const presets = rulePresetsOf(open);
  for (const resource of resources) {
    assert.deepEqual(presets[resource].requestRules, publishedRules(resource).requestRules);
  }
  assert.equal(windowSecondsOf(open), 10);
});

test("open, what the configuration says otherwise stays", () => {
  const cpu = { upEvents: 3, downEvents: 6, upAmount: 20 };
  const own = { ...open, serverlessRules: { ...serverlessRules, windowSeconds: 2, cpu } };
  assert.deepEqual(rulePresetsOf(own).cpu, thresholdRules("cpu", cpu));
  assert.deepEqual(rulePresetsOf(own).mem.requestRules, publishedRules("mem").requestRules);
  assert.equal(windowSecondsOf(own), 2);
});
