import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isRefused, readPoint } from "./read-point.ts";

const now = 1_795_486_967;
const range = { oldest: now - 3600, newest: now + 60 };
const good = {
  metric: "proc.cpu.user",
  timestamp: String(now),
  value: "1.00",
  tags: { host: "vm", pid: "1", command: "process_api" },
};

describe("a point", () => {
  test("as BDWatchdog writes it is read, text for numbers", () => {
    const point = readPoint(good, range);
    assert.ok(!isRefused(point));
    const { metric, owner, ownerTag, part, rest, stamp, value } = point;
    assert.deepEqual(
      [metric, ownerTag, owner, part, stamp, value],
      ["proc.cpu.user", "host", "vm", "cpuUser", now, 1],
    );
    assert.equal(rest, "command=process_api\npid=1\n");
  });

  test("is of the same series in whatever order its tags come", () => {
    const turned = { command: "process_api", pid: "1", host: "vm" };
    const [one, other] = [good, { ...good, tags: turned }].map((each) => readPoint(each, range));
    assert.ok(one && other && !isRefused(one) && !isRefused(other));
    assert.equal(one.rest, other.rest);
  });

  const taken: readonly (readonly [what: string, changed: object])[] = [
    ["numbers for numbers", { timestamp: now, value: 200 }],
    ["milliseconds", { timestamp: now * 1000 }],
    ["an exponent", { value: "1e-3" }],
    ["what a snapshoter writes", { metric: "structure.cpu.current", tags: { structure: "cont0" } }],
    ["signs that senders leave in tags", { tags: { host: "vm", command: "a=b+c@d" } }],
  ];
  for (const [what, changed] of taken) {
    test(`with ${what} is taken`, () => {
      const point = readPoint({ ...good, ...changed }, range);
      assert.ok(!isRefused(point), JSON.stringify(point));
    });
  }

  const refused: readonly (readonly [what: string, changed: unknown, why: string])[] = [
    ["that is none", 7, "unreadable"],
    ["that is a list", [good], "unreadable"],
    ["that nobody could read", undefined, "unreadable"],
    ["of a metric that nobody knows", { ...good, metric: "proc.cpu.moon" }, "unknown-metric"],
    ["without a metric", { ...good, metric: undefined }, "unknown-metric"],
    ["without tags", { ...good, tags: undefined }, "missing-tags"],
    ["with no tag", { ...good, tags: {} }, "missing-tags"],
    ["of nobody", { ...good, tags: { pid: "1" } }, "missing-tags"],
    ["with a tag that nobody knows", { ...good, tags: { host: "vm", moon: "1" } }, "unknown-tag"],
    ["with a number for a tag", { ...good, tags: { host: "vm", pid: 1 } }, "unknown-tag"],
    ["with a new line in a tag", { ...good, tags: { host: "vm\n" } }, "unknown-tag"],
    ["with a tag without end", { ...good, tags: { host: "x".repeat(256) } }, "unknown-tag"],
    ["with no time", { ...good, timestamp: undefined }, "bad-timestamp"],
    ["with a time before time", { ...good, timestamp: -1 }, "bad-timestamp"],
    ["of the far future", { ...good, timestamp: now + 61 }, "far-future"],
    ["of long ago", { ...good, timestamp: "1500000000" }, "too-old"],
    ["that is no number", { ...good, value: "NaN" }, "not-a-number"],
    ["that is empty", { ...good, value: "" }, "not-a-number"],
    ["in hexadecimal", { ...good, value: "0x10" }, "not-a-number"],
    ["without a value", { ...good, value: null }, "not-a-number"],
    ["beyond all numbers", { ...good, value: "1e999" }, "not-a-number"],
    ["below zero", { ...good, value: "-1" }, "out-of-range"],
    ["beyond all machines", { ...good, value: 1e12 }, "out-of-range"],
  ];
  for (const [what, point, why] of refused) {
    test(`${what} is refused: ${why}`, () => {
      const answer = readPoint(point, range);
      assert.ok(isRefused(answer));
      assert.equal(answer.why, why);
    });
  }

  test("of another time gives no time at which a sample could begin", () => {
    const answer = readPoint({ ...good, timestamp: now + 10_000 }, range);
    assert.ok(isRefused(answer));
    assert.deepEqual([answer.host, answer.part, answer.stamp], ["vm", "cpuUser", undefined]);
  });
});
