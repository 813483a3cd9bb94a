import assert from "node:assert/strict";
import { anyText, anyValue, fuzzTarget, spoiled } from "@sc/domain/testing";
import fc from "fast-check";
import { usageInSeries } from "./opentsdb/opentsdb-usage-reader.ts";
import { readPutAnswer } from "./opentsdb/opentsdb-writer.ts";
import { usageInVector } from "./prometheus/prometheus-usage-reader.ts";
import { keysIn } from "./victoria-metrics/absent-points.ts";

const good = fc.constantFrom(
  '{"success":3,"failed":2,"errors":[{"error":"Unknown metric"}]}',
  '{"error":{"code":400,"message":"no"}}',
  '{"metric":{"__name__":"a"},"values":[1],"timestamps":[1700000000000]}\n',
  '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"host":"web"},"value":[1,"2"]}]}}',
  '[{"metric":"proc.cpu.user","tags":{"host":"web"},"aggregateTags":[],"dps":{"1":2,"6":3}}]',
);
const row = fc.record(
  { metric: anyValue, value: anyValue, tags: anyValue, dps: anyValue, timestamps: anyValue },
  { requiredKeys: [] },
);
const answers = fc.oneof(
  good,
  spoiled(good),
  anyText,
  fc.json(),
  fc.array(row).map((rows) => JSON.stringify(rows)),
  fc
    .array(row)
    .map((result) => JSON.stringify({ status: "success", data: { resultType: "vector", result } })),
);

const metrics = ["proc.cpu.user", "proc.cpu.kernel"];
const points = 5;

export const targets = [
  // Whatever a store says is an answer of such a store or none; amounts are numbers, counts are bounded.
  fuzzTarget(
    "store-answers",
    fc.tuple(answers, fc.integer({ min: 200, max: 599 })),
    ([text, status]) => {
      const put = readPutAnswer({ status, text }, points);
      if (put?.kind === "refused") assert.ok(put.count > 0 && put.count <= points);
      for (const read of [
        usageInVector(text, "host"),
        usageInSeries(text, { metrics, tag: "host" }),
      ]) {
        for (const amount of read?.used.values() ?? []) assert.ok(Number.isFinite(amount));
        assert.ok((read?.unusable ?? 0) >= 0);
      }
      keysIn(text);
    },
  ),
];
