import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  parseAvailableMib,
  parseBusySeconds,
  parseCpuTopology,
  parseFullStallPercent,
  parseMemTotalMib,
} from "./parse-proc.ts";

describe("parseBusySeconds", () => {
  const stats: readonly (readonly [string, string, number | undefined])[] = [
    ["counts all but idle and waiting for disks", "cpu  100 20 30 9999 9999 5 5 40 0 0\n", 2],
    ["does not count guests twice", "cpu  100 0 0 0 0 0 0 0 100 0\n", 1],
    ["takes the sum, not a core's line", "cpu0 1 1 1 1 1 1 1 1\ncpu  100 0 0 1 0 0 0 0\n", 1],
    ["has no number for a line that is cut off", "cpu  100 20 30\n", undefined],
    ["has no number for a line without numbers", "cpu  \n", undefined],
    ["has no number for garbage", "cpu  a b c d e f g h\n", undefined],
    ["has no number for an empty file", "", undefined],
  ];
  for (const [title, stat, seconds] of stats) {
    test(title, () => assert.equal(parseBusySeconds(stat), seconds));
  }
});

describe("the parsers of meminfo", () => {
  const meminfo = "MemTotal:        2048000 kB\nMemFree: 5 kB\nMemAvailable:    1024 kB\n";

  test("read MiB", () => {
    assert.equal(parseMemTotalMib(meminfo), 2000);
    assert.equal(parseAvailableMib(meminfo), 1);
  });

  test("have no number where there is none, as on kernels before 3.14", () => {
    assert.equal(parseAvailableMib("MemTotal: 5 kB\nMemFree: 5 kB\n"), undefined);
    assert.equal(parseMemTotalMib(""), undefined);
    assert.equal(parseMemTotalMib("MemTotal: lots kB\n"), undefined);
  });
});

describe("parseFullStallPercent", () => {
  test("reads the last ten seconds in which all waited, not those in which some did", () => {
    const some = "some avg10=12.50 avg60=1.00 avg300=0.10 total=1\n";
    const full = "full avg10=3.25 avg60=0.50 avg300=0.05 total=1\n";
    assert.equal(parseFullStallPercent(some + full), 3.25);
    assert.equal(parseFullStallPercent(some), undefined);
    assert.equal(parseFullStallPercent(""), undefined);
    assert.equal(parseFullStallPercent("full avg10=1.2.3\n"), undefined);
    assert.equal(parseFullStallPercent(`full avg10=${"9".repeat(400)}\n`), undefined);
  });
});

describe("parseCpuTopology", () => {
  const thread = (processor: number, socket: number, core: number): string =>
    `processor\t: ${processor}\nphysical id\t: ${socket}\ncore id\t\t: ${core}\n`;

  test("puts threads under their core and socket, whatever their order", () => {
    const cpuinfo = [thread(0, 0, 0), thread(1, 1, 4), thread(2, 0, 0), thread(5, 1, 0)].join("\n");
    assert.deepEqual(parseCpuTopology(cpuinfo), {
      "0": { "0": [0, 2] },
      "1": { "0": [5], "4": [1] },
    });
  });

  test("takes a machine that tells of no sockets for one", () => {
    const cpuinfo = "processor\t: 0\nBogoMIPS\t: 50\n\nprocessor\t: 1\n\nHardware\t: board\n";
    assert.deepEqual(parseCpuTopology(cpuinfo), { "0": { "0": [0], "1": [1] } });
  });

  test("is not known where no processor is named", () => {
    assert.equal(parseCpuTopology(""), undefined);
    assert.equal(parseCpuTopology("processor\t: first\n"), undefined);
  });
});
