import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { targetOf } from "./connect.ts";
import { CommandFailed, UsageError } from "./errors.ts";

describe("which server is asked", () => {
  test("the socket that is named, before that of the environment", () => {
    assert.deepEqual(targetOf({ socket: "/a" }, "/b"), { kind: "socket", path: "/a" });
    assert.deepEqual(targetOf({}, "/b"), { kind: "socket", path: "/b" });
  });

  test("a URL, whatever the environment says", () => {
    const target = targetOf({ url: "http://127.0.0.1:5000" }, "/b");
    assert.equal(target.kind === "url" && target.url.host, "127.0.0.1:5000");
  });

  for (const options of [
    { url: "ftp://x" },
    { url: "127.0.0.1:5000" },
    { url: "https://127.0.0.1:5000" },
    { url: "http://x", socket: "/a" },
    { tokenFile: "/t" },
  ]) {
    test(`not ${JSON.stringify(options)}`, () => {
      assert.throws(() => targetOf(options, undefined), UsageError);
    });
  }

  test("not without the token that was asked for", () => {
    const options = { url: "http://127.0.0.1:5000", tokenFile: "/nowhere/token" };
    assert.throws(() => targetOf(options, undefined), CommandFailed);
  });
});
