import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseTrace } from "./parse-trace.ts";

const linesOf = (...lines: readonly string[]): string => `${lines.join("\n")}\n`;

/** What was found, short enough to be compared. */
function parsed(text: string, path = "a/b.txt") {
  const { series, reasons, notes } = parseTrace(path, text);
  const found = series.map(({ resource, kind, stepSeconds, values }) => [
    resource,
    kind,
    stepSeconds,
    [...values].map((value) => Number(value.toFixed(4))),
  ]);
  return { found, reasons, notes };
}

const nezhaHeader =
  "TimeStamp,CpuUsage(m),MemoryUsage(Mi),NetworkReceiveBytes,NetworkTransmitBytes,PodWorkload(Ops)";

describe("a file of traces", () => {
  test("of numbers alone is requests of each second", () => {
    assert.deepEqual(parsed(linesOf("157", "0", "159")).found, [
      ["cpu", "requests", 1, [157, 0, 159]],
    ]);
  });

  test("of Nezha is cpu taken 100 times, memory, and what came in and went out", () => {
    const text = linesOf(nezhaHeader, "60,5,15,500000,250000,9", "119,1.5,16,0,0,9");
    assert.deepEqual(parsed(text).found, [
      ["cpu", "demand", 59, [50, 15]],
      ["mem", "usage", 59, [15, 16]],
      ["net", "usage", 59, [0.1017, 0]],
    ]);
  });

  test("of Nezha may have its columns in any order, and others", () => {
    const text = linesOf("PodName,CpuUsage(m),TimeStamp", "a,5,0", "a,6,60");
    assert.deepEqual(parsed(text).found, [["cpu", "demand", 60, [50, 60]]]);
  });

  const nab = linesOf("timestamp,value", "2014-02-14 14:30:00,50", "2014-02-14 14:35:00,0.5");
  test("of NAB is percent of 4 cores where it never passes 100, whatever its name", () => {
    for (const path of ["nab/ec2_cpu_utilization_1.csv", "machine.csv"])
      assert.deepEqual(parsed(nab, path).found, [["cpu", "demand", 300, [200, 2]]]);
  });

  test("of NAB is bytes of what its name says", () => {
    const bytes = nab.replace("50", "314572800");
    assert.deepEqual(parsed(bytes, "ec2_disk_write_bytes_1.csv").found, [
      ["disk_write", "usage", 300, [1, 0]],
    ]);
    assert.deepEqual(parsed(bytes, "iio_NetworkIn.csv").found, [
      ["net", "usage", 300, [8.3886, 0]],
    ]);
    assert.deepEqual(parsed(nab, "x/Disk_Read.csv").found[0]?.[0], "disk_read");
  });

  test("of NAB whose value may count anything is not taken for a cpu", () => {
    assert.match(
      parsed(nab.replace("50", "5000"), "b.csv").reasons[0] ?? "",
      /neither .* nor file name tells what its values count/,
    );
    assert.match(parsed(nab, "request_latency.csv").reasons[0] ?? "", /counts no resource/);
    assert.match(parsed(nab.replace("50", "5000"), "cpu.csv").reasons[0] ?? "", /reaches 5000/);
  });

  test("of Alibaba is percent of a machine of 4 cores, 8 GiB, 1 Gbit/s and 200 MiB/s", () => {
    const text = linesOf(
      "cpu_util_percent,mem_util_percent,net_in,net_out,disk_io_percent",
      "16,50,35,27,4",
      "20,100,0,0,0",
    );
    assert.deepEqual(parsed(text).found, [
      ["cpu", "demand", 10, [64, 80]],
      ["mem", "usage", 10, [4096, 8192]],
      ["net", "usage", 10, [620, 0]],
      ["disk_write", "usage", 10, [8, 0]],
    ]);
  });

  test("of our own history is usage, as JSON and as a sheet", () => {
    const json = JSON.stringify({
      structure: "web",
      stepSeconds: 10,
      stamps: [100, 110, 120],
      cpu: { used: [50, null, 60] },
      mem: { used: [64, 65, 66] },
    });
    const sheet = [
      "structure,stamp,time,cpuSharesUsed,cpuSharesLimit,memMibUsed",
      '"web",100,,50,80,64',
      "web,110,,,80,65",
      "web,120,,60,80,66",
    ].join("\r\n");
    const expected = [
      ["cpu", "usage", 10, [50, 60]],
      ["mem", "usage", 10, [64, 65, 66]],
    ];
    assert.deepEqual(parsed(json).found, expected);
    assert.deepEqual(parsed(sheet).found, expected);
    assert.deepEqual(parsed(sheet).notes, ["cpu: 1 gaps, 10 s in all, are left out"]);
    assert.match(
      parsed(`${sheet}\r\nother,130,,1,1,1`).reasons[0] ?? "",
      /more than one structure/,
    );
  });

  test("of our own table has the columns it wants", () => {
    const text = linesOf("seconds,mem_mib,cpu_shares", "0,64,10", "5,65,12.5");
    assert.deepEqual(parsed(text).found, [
      ["cpu", "demand", 5, [10, 12.5]],
      ["mem", "usage", 5, [64, 65]],
    ]);
    const both = "seconds,requests_per_second,cpu_shares\n0,1,1\n1,1,1\n";
    assert.match(parsed(both).reasons[0] ?? "", /both tell of cpu/);
  });

  test("may come from other systems: BOM, CRLF, no newline at the end", () => {
    assert.deepEqual(
      parsed("\ufefftimestamp,value\r\n2014-02-14T14:30:00Z,1\r\n2014-02-14T14:35:00Z,2").found,
      [["cpu", "demand", 300, [4, 8]]],
    );
  });
});

describe("the times of a trace", () => {
  const at = (...seconds: readonly number[]) =>
    parseTrace(
      "t",
      linesOf("seconds,mem_mib", ...seconds.map((each, index) => `${each},${index}`)),
    );

  test("may be a little late without being a gap", () => {
    const { series, notes } = at(0, 59, 120, 180);
    assert.deepEqual([...(series[0]?.values ?? [])], [0, 1, 2, 3]);
    assert.deepEqual(notes, []);
  });

  test("leave out what is not known, and say so", () => {
    const { series, notes } = at(0, 10, 20, 80, 90);
    assert.deepEqual(series[0]?.gaps, [{ atSeconds: 30, seconds: 50 }]);
    assert.deepEqual([...(series[0]?.values ?? [])], [0, 1, 2, 3, 4]);
    assert.deepEqual(notes, ["mem: 1 gaps, 50 s in all, are left out"]);
  });

  test("that tell a step again are told once", () => {
    const { series, notes } = at(0, 10, 10, 12, 20, 30);
    assert.deepEqual([...(series[0]?.values ?? [])], [0, 1, 4, 5]);
    assert.deepEqual(notes, ["2 readings within half a step of the one before are left out"]);
  });

  test("that go back are not believed: the rows follow each other", () => {
    const { series, notes } = at(0, 10, 50, 30, 40);
    assert.deepEqual([...(series[0]?.values ?? [])], [0, 1, 2, 3, 4]);
    assert.deepEqual(series[0]?.gaps, []);
    assert.match(notes[0] ?? "", /go back 1 times/);
  });

  test("are looked at for a million lines, however long a file is", () => {
    const endless = `seconds,mem_mib\n${"0,1\n".repeat(999_998)}1,1\n2,spoiled\n`;
    const { series, reasons } = parseTrace("t", endless);
    assert.deepEqual([reasons, [...(series[0]?.values ?? [])]], [[], [1, 1]]);
  });

  test("end after a day", () => {
    const hours = Array.from({ length: 40 }, (_, index) => index * 3600);
    assert.equal(at(...hours).series[0]?.values.length, 24);
    const list = parseTrace("t", "1\n".repeat(100_000));
    assert.equal(list.series[0]?.values.length, 86_400);
  });
});

describe("a file that cannot be used", () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["is empty", " \n", /^empty$/],
    ["is a program's", "\u007fELF\0\0", /^not a text$/],
    ["is something else", "# Traces\n", /no known format: it begins with "# Traces"/],
    ["is a header alone", "timestamp,value\n", /no readings/],
    ["has one reading", "seconds,mem_mib\n0,1\n", /mem: fewer than two readings/],
    ["holds what is no number", "1\n2\nNaN\n", /cpu: line 3: "NaN" is not a number/],
    ["holds infinity", "1\n1e999\n", /line 2: "1e999" is not a number/],
    ["holds a negative amount", "1\n-2\n", /line 2: "-2" is negative/],
    ["misses a second", "1\n\n2\n", /line 2 is empty/],
    ["counts moments, not requests", "1661140279\n1661140280\n", /more than anything uses/],
    ["has no times where they should be", "timestamp,value\nnoon,1\n", /line 2: "noon" is no time/],
    ["has a header of ours and no resource", "seconds,pets\n1,2\n", /no column that tells/],
    ["is JSON of something else", '{"a":1}', /JSON, and no recorded usage/],
    ["is JSON cut short", '{"stepSeconds":', /JSON, and no recorded usage/],
    [
      "is a history with text in it",
      '{"stepSeconds":1,"stamps":[1,2],"cpu":{"used":["a",1]}}',
      /no amount/,
    ],
  ];
  for (const [what, text, reason] of cases) {
    test(`because it ${what} says so`, () => {
      const { found, reasons } = parsed(text);
      assert.deepEqual(found, []);
      assert.match(reasons.join(), reason);
    });
  }

  test("in one resource gives the others", () => {
    const { found, reasons } = parsed("seconds,mem_mib,cpu_shares\n0,1,-5\n1,2,5\n");
    assert.deepEqual(found, [["mem", "usage", 1, [1, 2]]]);
    assert.deepEqual(reasons, ['cpu: line 2: "-5" is negative']);
  });
});
