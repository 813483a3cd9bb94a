import assert from "node:assert/strict";
import { test } from "node:test";
import { servePublished } from "../testing/serve.ts";

const { ask } = servePublished();

test("the heartbeat is answered to the letter, with a slash and without", async () => {
  for (const path of ["/heartbeat", "/heartbeat/", "//heartbeat"]) {
    const { status, type, text } = await ask("GET", path);
    assert.deepEqual([status, text], [200, '{"status": "alive"}'], path);
    assert.match(type, /^application\/json/);
  }
});

test("what is asked for with another method is told which it takes", async () => {
  const { status, allow, text } = await ask("PUT", "/heartbeat", {});
  assert.deepEqual([status, allow], [405, "GET, HEAD"]);
  assert.equal(JSON.parse(text).code, "SC_METHOD_NOT_ALLOWED");
  assert.equal((await ask("HEAD", "/heartbeat")).status, 200);
  const options = await ask("OPTIONS", "/heartbeat");
  assert.deepEqual([options.status, options.allow], [200, "GET, HEAD"]);
});

test("a path that leads nowhere is not found, in the words clients look for", async () => {
  const { status, text } = await ask("GET", "/heartbeat/x");
  assert.equal(status, 404);
  assert.match(JSON.parse(text).message, /not found/);
});

test("a path that cannot be decoded is refused", async () => {
  const { status, text } = await ask("GET", "/heartbeat/%ff");
  assert.deepEqual([status, JSON.parse(text).code], [400, "SC_REQUEST_INVALID"]);
});
