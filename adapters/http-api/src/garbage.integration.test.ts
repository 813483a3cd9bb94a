import assert from "node:assert/strict";
import { connect } from "node:net";
import { describe, test } from "node:test";
import fc from "fast-check";
import { assertProblem, useApi } from "./testing/api-harness.ts";

const api = useApi();

/** What comes back over a connection on which these bytes were sent, until it is closed. */
function answerTo(bytes: Buffer | string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const parts: Buffer[] = [];
  const socket = connect(api().socketPath);
  socket.on("data", (part) => parts.push(part));
  // A connection that is cut is an answer too.
  socket.on("error", () => {});
  socket.on("close", () => resolve(Buffer.concat(parts).toString()));
  socket.end(bytes);
  return promise;
}

const isAlive = async () => (await api().overSocket({ path: "/api/v1/health" })).status === 200;

describe("what is no request", () => {
  for (const [what, bytes] of [
    ["no HTTP", "hello\r\n\r\n"],
    ["half a request", "GET /api/v1/health HTTP/1.1\r\nhost: x\r\n"],
    ["a header without an end", `GET / HTTP/1.1\r\nx: ${"y".repeat(100_000)}`],
    [
      "two lengths",
      "POST /api/v1/pause HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
    ],
    [
      "a length and pieces",
      "POST /api/v1/pause HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n" +
        "transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["a negative length", "POST /api/v1/pause HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n"],
    ["a TLS greeting", Buffer.from("16030100c8010000c40303", "hex")],
  ] as const) {
    test(`changes nothing and harms nobody: ${what}`, async () => {
      const answer = await answerTo(bytes);
      // Half a request is no request yet: its connection is cut without a word.
      if (answer !== "") assert.match(answer, /^HTTP\/1\.1 4\d\d .*"code":"SC_[A-Z_]+".*}$/s);
      assert.deepEqual(api().orchestration.asked, []);
      assert.ok(await isAlive());
    });
  }

  test("says what it lacks, as every refusal does", async () => {
    const long = await answerTo(
      `GET /api/v1/health?${"x".repeat(17_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
    );
    assert.match(long, /^HTTP\/1\.1 431 /);
    assert.match(long, /content-type: application\/problem\+json/);
    assert.match(long, /"code":"SC_HEAD_TOO_LARGE"/);
    assert.match(await answerTo("hello\r\n\r\n"), /^HTTP\/1\.1 400 .*"code":"SC_REQUEST_INVALID"/s);
  });

  test("says so where it expects what nobody does", async () => {
    const odd = await answerTo("GET /api/v1/health HTTP/1.1\r\nhost: x\r\nexpect: wonders\r\n\r\n");
    assert.match(odd, /^HTTP\/1\.1 400 .*problem\+json.*"code":"SC_REQUEST_INVALID"/s);
  });

  test("does not end up in the middle of an answer that is under way", async () => {
    const stream = "GET /api/v1/stream HTTP/1.1\r\nhost: x\r\n\r\n";
    const answer = await answerTo(`${stream}garbage\r\n\r\n`);
    assert.match(answer, /^(HTTP\/1\.1 200 |$)/);
    assert.doesNotMatch(answer, /SC_REQUEST_INVALID/);
  });

  test("of which the body never comes whole changes nothing", async () => {
    const head = "POST /api/v1/release HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    await answerTo(`${head}content-length: 100\r\n\r\n{"a":`);
    assert.deepEqual(api().orchestration.asked, []);
    assert.ok(await isAlive());
  });
});

describe("whatever is asked", () => {
  const paths = ["structures/web/history", "events", "requests", "changes", "rules", "settings"];
  const keys = fc.constantFrom("from", "to", "step", "limit", "structure", "topics", "x");
  const values = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.toWellFormed()),
    fc.double().map(String),
    fc.constantFrom("-1h", "-0d", "-99999999d", "1e999", "NaN", "null", "[]", "__proto__"),
  );

  test("no query makes the server fail", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.array(fc.tuple(keys, values), { maxLength: 4 }),
        async (path, query) => {
          const text = new URLSearchParams(query).toString();
          const answer = await api().overSocket({ path: `/api/v1/${path}?${text}` });
          assert.ok(answer.status < 500, answer.text);
        },
      ),
      { numRuns: 200 },
    );
    assert.deepEqual(api().errors, []);
  });

  test("no stream is begun for a query that is not understood", async () => {
    const unknown = fc.tuple(fc.constantFrom("y", "topic", "from", "limit"), values);
    await fc.assert(
      fc.asyncProperty(unknown, async (pair) => {
        const path = `/api/v1/stream?${new URLSearchParams([pair]).toString()}`;
        assertProblem(await api().overSocket({ path }), 400, "SC_REQUEST_INVALID");
      }),
      { numRuns: 50 },
    );
    assert.deepEqual(api().stream.asked, []);
  });

  test("no history is answered for what cannot be a name", async () => {
    for (const list of ["events", "requests", "changes"]) {
      const path = `/api/v1/${list}?structure=`;
      for (const name of ["%00", "", "a%2Fb"]) {
        assertProblem(await api().overSocket({ path: path + name }), 400, "SC_NAME_INVALID");
      }
      assert.equal((await api().overSocket({ path: `${path}gone` })).status, 200);
    }
  });

  test("times are finite numbers where they arrive", async () => {
    for (const time of ["-99999999d", "99999999999.999999999", "0"]) {
      await api().overSocket({ path: `/api/v1/structures/web/history?from=${time}` });
    }
    const asked = JSON.parse(JSON.stringify(api().histories.asked));
    assert.equal(asked.length, 3);
    for (const { range } of asked) assert.equal(typeof range.from, "number");
  });
});
