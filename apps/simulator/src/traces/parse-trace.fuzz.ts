import assert from "node:assert/strict";
import { anyText, anyValue, fuzzTarget, spoiled } from "@sc/domain/testing";
import fc from "fast-check";
import { parseTrace } from "./parse-trace.ts";

const headers = [
  "TimeStamp,CpuUsage(m),MemoryUsage(Mi),NetworkReceiveBytes,NetworkTransmitBytes",
  "timestamp,value",
  "cpu_util_percent,mem_util_percent,net_in,net_out,disk_io_percent",
  "structure,stamp,time,cpuSharesUsed,memMibUsed",
  "seconds,cpu_shares,mem_mib,disk_read_mib_per_second,net_mbit_per_second",
  "17",
];
const cell = fc.oneof(
  fc.nat().map(String),
  fc.double({ noNaN: true }).map(String),
  fc.constantFrom("", "NaN", "-1", "1e999", "2014-02-14 14:30:00", '"a,b"', '"', "0x10"),
);
const line = fc.array(cell, { maxLength: 8 }).map((cells) => cells.join(","));
const lines = fc
  .tuple(
    fc.constantFrom(...headers),
    fc.array(line, { maxLength: 20 }),
    fc.constantFrom("\n", "\r\n"),
  )
  .map(([header, rows, end]) => [header, ...rows].join(end));
const history = fc
  .record({ stepSeconds: anyValue, stamps: anyValue, cpu: fc.record({ used: anyValue }) })
  .map((document) => JSON.stringify(document) ?? "");
const text = fc.oneof(lines, spoiled(lines), history, anyText);
const path = fc.constantFrom("a.csv", "disk_write.csv", "x/network_in", "cpu", "");

export const targets = [
  // Whatever a file holds, it is series that can be replayed, or a reason why not.
  fuzzTarget("trace-files", fc.tuple(path, text), ([trace, content]) => {
    const { series, reasons } = parseTrace(trace, content);
    assert.ok(series.length + reasons.length > 0);
    for (const { values, stepSeconds, gaps } of series) {
      assert.ok(stepSeconds > 0 && values.length >= 2);
      assert.ok(values.every((value) => Number.isFinite(value) && value >= 0));
      assert.ok(gaps.every((gap) => gap.seconds > 0 && gap.atSeconds > 0));
      assert.ok((values.length - 1) * stepSeconds < 2 * 86_400);
    }
  }),
];
