import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { anyText, anyValue, fuzzTargetIn, ServerErrorAnswered, spoiled } from "@sc/domain/testing";
import fc from "fast-check";
import { harnessNow, openFace } from "./testing/face-harness.ts";

const often = <Value>(usual: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: anyValue });

const metric = fc.constantFrom(
  "proc.cpu.user",
  "proc.cpu.kernel",
  "sys.cpu.usage",
  "conf.x.y",
  "x",
);
const stamp = fc.oneof(
  fc.integer({ min: harnessNow - 4000, max: harnessNow + 100 }),
  fc.constantFrom(0, -1, 1e12, harnessNow * 1000, 1e308, 0.5),
);
const host = fc.constantFrom("cont0", "cont1", "*", "a|b");

const point = fc.record({
  metric: often(metric),
  timestamp: often(fc.oneof(stamp, stamp.map(String))),
  value: often(fc.oneof(fc.double(), fc.integer().map(String))),
  tags: often(fc.record({ host, pid: fc.oneof(fc.nat(9).map(String), anyText) })),
});
const json = (values: fc.Arbitrary<unknown>) => values.map((value) => JSON.stringify(value) ?? "");
const points = json(fc.oneof(fc.array(point, { maxLength: 20 }), point, anyValue));

const put = fc.record({
  text: fc.oneof(points, spoiled(points)),
  path: fc.constantFrom("/api/put", "/api/put?details", "/api/put?summary&sync", "//api//put//?a"),
  packing: fc.constantFrom("gzip", "cut", "said", "none"),
});

function bodyOf({ text, packing }: { readonly text: string; readonly packing: string }): Buffer {
  const packed = gzipSync(text);
  if (packing === "gzip") return packed;
  return packing === "cut" ? packed.subarray(0, packed.length >> 1) : Buffer.from(text);
}

const time = fc.oneof(
  stamp,
  fc.constantFrom("1h-ago", "now", "2026/11/24-10:00:00", "2026/02/31", "99999999y-ago", "-ago"),
  anyText,
);
const subQuery = fc.record(
  {
    aggregator: often(fc.constantFrom("zimsum", "sum", "avg", "count", "none")),
    metric: often(metric),
    tags: often(fc.dictionary(fc.constantFrom("host", "pid"), fc.oneof(host, anyText))),
    downsample: often(fc.constantFrom("5s-avg", "1m-max", "0s-avg", "1ms-count", "5s-avg-nan")),
    rate: fc.boolean(),
  },
  { requiredKeys: ["aggregator", "metric"] },
);
const query = fc.record({
  start: often(time),
  end: often(time),
  queries: often(fc.array(subQuery, { maxLength: 4 })),
  msResolution: fc.boolean(),
});

/** `undefined` = no list of values. */
function lengthOf(text: string): number | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.length : undefined;
  } catch {
    // The text was spoiled.
    return undefined;
  }
}

function assertAnswer(status: number, text: string): void {
  if (status >= 500) throw new ServerErrorAnswered(`answered ${status}: ${text}`);
  if (status !== 204) JSON.parse(text);
}

export const targets = [
  // Every point of a list is taken or refused for a reason, and no body is a fault of ours.
  fuzzTargetIn("opentsdb-put", put, async () => {
    const face = await openFace();
    return {
      check: async (input) => {
        const headers: Record<string, string> =
          input.packing === "none" ? {} : { "content-encoding": "gzip" };
        const { status, text } = await face.post(input.path, bodyOf(input), headers);
        assert.ok([200, 204, 400].includes(status), `${status} ${text}`);
        assertAnswer(status, text);
        if (!text.includes('"success"')) return;
        const { success, failed }: { readonly success: number; readonly failed: number } =
          JSON.parse(text);
        assert.equal(success + failed, lengthOf(input.text) ?? success + failed);
        assert.equal(status, failed > 0 ? 400 : 200);
      },
      close: async () => {
        await face[Symbol.asyncDispose]();
      },
    };
  }),
  // What is answered has points, in the order of time.
  fuzzTargetIn("opentsdb-query", query, async () => {
    const face = await openFace();
    const own = ["cont0", "cont1"].flatMap((each) =>
      [0, 5, 7].map((seconds) => ({
        ...{ metric: "proc.cpu.user", timestamp: harnessNow - seconds, value: seconds },
        tags: { host: each, pid: String(seconds % 2) },
      })),
    );
    await face.send(own);
    return {
      check: async (input) => {
        const { status, text } = await face.post("/api/query", JSON.stringify(input) ?? "");
        assert.ok([200, 400].includes(status), `${status} ${text}`);
        assertAnswer(status, text);
        if (status === 400) return;
        const answers: readonly { readonly dps: object }[] = JSON.parse(text);
        for (const { dps } of answers) {
          const stamps = Object.keys(dps).map(Number);
          assert.ok(stamps.length > 0, "a series without points is left out");
          assert.deepEqual(
            stamps,
            stamps.toSorted((a, b) => a - b),
          );
        }
      },
      close: async () => {
        await face[Symbol.asyncDispose]();
      },
    };
  }),
];
