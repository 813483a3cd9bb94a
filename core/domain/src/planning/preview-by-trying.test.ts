import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { burstQuota } from "../policies/burst-quota.ts";
import { percentile } from "../policies/percentile.ts";
import { type RunnablePolicy, runnable } from "../policies/running-policy.ts";
import { weightOnly } from "../policies/weight-only.ts";
import { cpuLimitOfShares } from "../structure/cpu-limit.ts";
import { idFor, nameFor, settingsFor } from "../testing/sample-data.ts";
import { wallSeconds } from "../units/time.ts";
import { defaultBrakeSettings } from "./brake-settings.ts";
import { previewByTrying } from "./preview-by-trying.ts";

const preview = (policy: RunnablePolicy, used: number | undefined, limit: number | null = 300) =>
  previewByTrying({
    structure: nameFor("web"),
    id: idFor("web"),
    policy,
    used,
    limit,
    cpuLimit: limit === null ? undefined : cpuLimitOfShares(limit, 100),
    settings: settingsFor({ mode: "observe", min: 10, policy: policy.name }),
    brakes: defaultBrakeSettings,
    stamp: wallSeconds(0),
  });

describe("trying a policy shows", () => {
  test("its first shrink, cut by the brakes", () => {
    const { limit, reason } = preview(runnable(burstQuota()), 50);
    assert.equal(limit, 210);
    assert.equal(reason.code, "cut-to-brake");
  });

  test("its first raise, as it is", () => {
    const { limit, reason } = preview(runnable(weightOnly()), 50, 120);
    assert.deepEqual([limit, reason.code], [300, "quota-to-max"]);
  });

  test("another shape as no other limit, with the reason", () => {
    const { limit, reason } = preview(runnable(weightOnly()), 10);
    assert.deepEqual([limit, reason.code], [300, "weight-follows-use"]);
  });

  test("why it asks for nothing, of one that needs days", () => {
    const { limit, reason } = preview(runnable(percentile("cpu")), 50);
    assert.deepEqual([limit, reason.code], [300, "inside-band"]);
  });

  test("nothing where the use is not known", () => {
    const { limit, reason } = preview(runnable(burstQuota()), undefined, null);
    assert.deepEqual([limit, reason.code], [null, "no-data"]);
  });
});
