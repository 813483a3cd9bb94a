import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { listenFor } from "./compatibility.ts";
import { openDoors } from "./open-doors.ts";

const closed = { open: false, allow: [] };
const configured = (changes: Readonly<Record<string, unknown>>) => ({
  compatibility: {
    ...closed,
    hostNames: [],
    logFolder: null,
    agent: { ...closed, listen: "127.0.0.1:8000" },
    ...changes,
  },
  monitor: { listen: null, allow: [], keepMinutes: 60 },
  timestamps: { listen: null, allow: [] },
});

describe("the address that is listened at", () => {
  const rows: readonly (readonly [open: boolean, allow: readonly string[], listen: string])[] = [
    [false, [], "127.0.0.1:5000"],
    [false, ["10.0.0.0/8"], "127.0.0.1:5000"],
    [true, [], "127.0.0.1:5000"],
    [true, ["127.0.0.1", "::1"], "127.0.0.1:5000"],
    [true, ["127.0.0.1", "10.0.0.7"], "0.0.0.0:5000"],
    [true, ["10.0.0.7", "fd00::/8"], "[::]:5000"],
  ];
  for (const [open, allow, listen] of rows) {
    test(`is ${listen} when ${open ? "open" : "closed"} to [${allow.join(", ")}]`, () => {
      const { compatibility } = configured({ open, allow });
      assert.equal(listenFor("127.0.0.1:5000", compatibility), listen);
    });
  }

  test("is none when there is none", () => {
    const { compatibility } = configured({ open: true, allow: ["10.0.0.7"] });
    assert.equal(listenFor(null, compatibility), null);
  });
});

describe("what is open", () => {
  const textsOf = (compatibility: Readonly<Record<string, unknown>>) =>
    openDoors(configured(compatibility)).map(({ code, text }) => `${code}: ${text}`);

  test("is nothing by default", () => {
    assert.deepEqual(textsOf({}), []);
  });

  test("is told, and to whom", () => {
    const told = textsOf({ open: true, allow: ["10.0.0.0/8"], agent: { ...closed, open: true } });
    assert.equal(told.length, 2);
    assert.match(told[0] ?? "", /^SC_ROUTES_OPEN: .*no token.*this host, 10\.0\.0\.0\/8/);
    assert.match(told[1] ?? "", /node agent.*compatibility\.agent\.open/);
  });

  test("is told of what monitors post to as well", () => {
    const monitor = { listen: "127.0.0.1:4242", allow: ["10.0.0.7"], keepMinutes: 60 };
    const [told] = openDoors({ ...configured({}), monitor });
    assert.match(told?.text ?? "", /monitors.*this host, 10\.0\.0\.7 \(monitor\.listen\)/);
  });

  test("is told of the timestamps as well", () => {
    const timestamps = { listen: "127.0.0.1:8001", allow: [] };
    const [told] = openDoors({ ...configured({}), timestamps });
    assert.match(told?.text ?? "", /timestamps.*web pages.*this host \(timestamps\.listen\)/);
  });
});
