import assert from "node:assert/strict";
import { test } from "node:test";
import { k8sCpu, k8sFast } from "./k8s-usage-peak.ts";
import { limitsOf, repeated } from "./peer-fixture.ts";

test("k8s-cpu holds the highest 15 s of 300 s at 60 % of the limit", () => {
  const readings = [{ used: 120 }, ...repeated(20, { used: 60 })];
  const limits = limitsOf(k8sCpu(), readings);
  // The first leaves the window of 20 samples with the 21st.
  assert.deepEqual([limits[0], limits[19], limits[20]], [200, 200, 100]);
});

test("k8s-fast holds the highest second of 20 s at 80 % of the limit", () => {
  const readings = [{ used: 120 }, ...repeated(20, { used: 60 })];
  const limits = limitsOf(k8sFast(), readings);
  assert.deepEqual([limits[0], limits[19], limits[20]], [150, 150, 75]);
});
