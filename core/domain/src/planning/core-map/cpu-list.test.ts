import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { cpuListMaxCores, formatCpuList, parseCpuList } from "./cpu-list.ts";

describe("a cpu list", () => {
  for (const [cores, text] of [
    [[], ""],
    [[3], "3"],
    [[5, 0, 2, 1], "0-2,5"],
    [[0, 2, 4], "0,2,4"],
    [[1, 1, 2], "1-2"],
    [[0, 1], "0-1"],
  ] as const) {
    test(`of ${JSON.stringify(cores)} is written "${text}"`, () => {
      assert.equal(formatCpuList(cores), text);
    });
  }

  test("of the kernel ends with its line", () => {
    assert.deepEqual(parseCpuList("0-1,4\n"), { ok: true, value: [0, 1, 4] });
    assert.deepEqual(parseCpuList("\n"), { ok: true, value: [] });
  });

  for (const [text, why] of [
    [",0,1", /"" is no core/],
    ["0,,1", /"" is no core/],
    ["a", /"a" is no core/],
    ["-1", /"-1" is no core/],
    ["1-", /"1-" is no core/],
    ["1-2-3", /"1-2-3" is no core/],
    ["0-31:2", /is no core/],
    ["1.5", /is no core/],
    ["3-1", /the range 3-1 runs backwards/],
    ["0-2,1", /core 1 is named twice/],
    ["0-99999", /beyond the 8192 cores/],
    ["0-999999999", /is no core/],
  ] as const) {
    test(`is not ${JSON.stringify(text)}`, () => {
      const parsed = parseCpuList(text);
      assert.ok(!parsed.ok);
      assert.match(parsed.error.text, why);
    });
  }

  test("that is written and read again names the same cores", () => {
    const cores = fc.uniqueArray(fc.integer({ min: 0, max: cpuListMaxCores - 1 }));
    fc.assert(
      fc.property(cores, (ids) => {
        const expected = ids.toSorted((a, b) => a - b);
        assert.deepEqual(parseCpuList(formatCpuList(ids)), { ok: true, value: expected });
      }),
    );
  });

  test("of any text is read or refused, never more", () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9,-]{0,12}$/));
    fc.assert(
      fc.property(text, (given) => {
        const parsed = parseCpuList(given);
        if (parsed.ok) assert.equal(new Set(parsed.value).size, parsed.value.length);
        else assert.ok(parsed.error.text.length > 0);
      }),
    );
  });
});
