import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { seriesPoint, seriesWriterSuite } from "@sc/ports/testing";
import { VictoriaMetrics, whyNoProgram } from "../testing/index.ts";
import { VictoriaMetricsWriter } from "./victoria-metrics-writer.ts";

const skip = whyNoProgram("victoria-metrics");
const placeAt = (url: string) => ({ url, credentialsFile: null, timeoutSeconds: 10 });
const never = new AbortController().signal;

describe("a real VictoriaMetrics", { skip }, () => {
  seriesWriterSuite("its writer", async () => {
    const store = await VictoriaMetrics.start();
    return {
      writer: new VictoriaMetricsWriter(placeAt(store.url)),
      stored: () => store.stored(),
      vanish: () => store.process.kill(),
      close: () => store[Symbol.asyncDispose](),
    };
  });

  test("without -dedup.minScrapeInterval it keeps what is sent again a second time", async () => {
    await using store = await VictoriaMetrics.start({ keepsOne: false });
    const writer = new VictoriaMetricsWriter(placeAt(store.url));
    for (let round = 0; round < 2; round += 1) await writer.write([seriesPoint(4)], never);
    // Both have the same time and value: every mean, sum over series and maximum is the same.
    assert.deepEqual([...(await store.series()).values()], [[1, 1]]);
  });
});
