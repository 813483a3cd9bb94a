import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AddressList, isLoopback } from "./address-list.ts";

describe("an address", () => {
  const rows: readonly (readonly [entry: string, address: string, isIn: boolean])[] = [
    ["10.0.0.7", "10.0.0.7", true],
    ["10.0.0.7", "::ffff:10.0.0.7", true],
    ["10.0.0.7", "10.0.0.70", false],
    ["10.0.0.0/8", "10.255.0.1", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["0.0.0.0/0", "192.0.2.1", true],
    ["0.0.0.0/0", "2001:db8::1", false],
    ["fd00::/8", "fd12::1", true],
    ["fd00::/8", "fe80::1", false],
    ["10.0.0.0/8", "", false],
    ["10.0.0.0/8", "10.0.0.1, 192.0.2.1", false],
  ];
  for (const [entry, address, isIn] of rows) {
    test(`“${address}” is ${isIn ? "" : "not "}in ${entry}`, () => {
      assert.equal(new AddressList([entry]).has(address), isIn);
    });
  }

  test("of the host itself is told from all others", () => {
    const own = ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"];
    assert.deepEqual(own.map(isLoopback), [true, true, true, true]);
    const others = ["10.0.0.1", "128.0.0.1", "::2", "localhost", ""];
    assert.deepEqual(others.map(isLoopback), [false, false, false, false, false]);
  });
});
