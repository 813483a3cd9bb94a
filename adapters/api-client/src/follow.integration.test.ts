import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { StreamMessage } from "@sc/contracts";
import { ApiClient } from "./api-client.ts";
import { ApiError, ServerUnreachable } from "./errors.ts";
import type { StreamQuestion } from "./follow.ts";

let folder: string;
let path: string;
let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sc-follow-"));
  path = join(folder, "api.sock");
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(path, resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

const follow = (question: StreamQuestion = {}): AsyncIterable<StreamMessage> =>
  new ApiClient({ target: { kind: "socket", path } }).stream(question);

async function all(messages: AsyncIterable<StreamMessage>): Promise<readonly StreamMessage[]> {
  const received: StreamMessage[] = [];
  for await (const message of messages) received.push(message);
  return received;
}

const failureOf = (followed: Promise<unknown>): Promise<unknown> =>
  followed.then(
    () => undefined,
    (error: unknown) => error,
  );

const stream = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { "content-type": "text/event-stream" });

const change = { structure: "wéb", resource: "cpu", new: 70 };
const block = `id: 7\nevent: changes\ndata: ${JSON.stringify(change)}\n\n`;

describe("a stream", () => {
  test("is asked for by topics, structure and the last message that is known", async () => {
    const asked: unknown[] = [];
    answer = ({ url, headers }, response) => {
      asked.push(url, headers["last-event-id"]);
      stream(response).end();
    };
    await all(follow());
    await all(follow({ topics: ["changes", "events"], structure: "web", after: 7 }));
    assert.deepEqual(asked, [
      "/api/v1/stream",
      undefined,
      "/api/v1/stream?topics=changes%2Cevents&structure=web",
      "7",
    ]);
  });

  test("gives each message with its number and leaves out signs of life", async () => {
    answer = (_request, response) => {
      stream(response).end(`: here\n\n${block}event: structures\ndata: []\n\n: here\n\n`);
    };
    assert.deepEqual(await all(follow()), [
      { topic: "changes", number: 7, data: change },
      { topic: "structures", number: undefined, data: [] },
    ]);
  });

  test("puts together what arrives byte by byte", async () => {
    answer = (_request, response) => {
      stream(response);
      const bytes = [...Buffer.from(block)];
      const next = (): void => {
        const byte = bytes.shift();
        if (byte === undefined) response.end();
        else response.write(Buffer.of(byte), () => setImmediate(next));
      };
      next();
    };
    assert.deepEqual(await all(follow()), [{ topic: "changes", number: 7, data: change }]);
  });

  test("ends when its signal says so", async () => {
    answer = (_request, response) => stream(response).write(block);
    const ending = new AbortController();
    const received: StreamMessage[] = [];
    for await (const message of follow({ signal: ending.signal })) {
      received.push(message);
      ending.abort();
    }
    assert.equal(received.length, 1);
    assert.deepEqual(await all(follow({ signal: ending.signal })), []);
  });

  test("ends when its signal says so before the server has answered", async () => {
    const ending = new AbortController();
    answer = () => ending.abort();
    assert.deepEqual(await all(follow({ signal: ending.signal })), []);
  });

  test("that its reader leaves is closed", async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    answer = (_request, response) => {
      response.on("close", resolve);
      stream(response).write(block);
    };
    for await (const _message of follow()) break;
    await closed;
  });

  test("that is refused throws what the server says", async () => {
    const problem = { code: "SC_STREAMS_EXHAUSTED", status: 503, detail: "32 are open" };
    answer = (_request, response) => response.writeHead(503).end(JSON.stringify(problem));
    const error = await failureOf(all(follow()));
    assert.ok(error instanceof ApiError);
    assert.equal(error.code, "SC_STREAMS_EXHAUSTED");
  });

  test("that breaks is thrown, after what came before", async () => {
    answer = (_request, response) => {
      stream(response).write(block, () => response.destroy());
    };
    const received: StreamMessage[] = [];
    const error = await failureOf(
      (async () => {
        for await (const message of follow()) received.push(message);
      })(),
    );
    assert.ok(error instanceof ServerUnreachable);
    assert.deepEqual(received, [{ topic: "changes", number: 7, data: change }]);
  });

  for (const [what, type, text] of [
    ["another kind of answer", "text/html", "<html>"],
    ["a message that is no JSON", "text/event-stream", "event: changes\ndata: {\n\n"],
  ] as const) {
    test(`of another program is told: ${what}`, async () => {
      answer = (_request, response) => {
        response.writeHead(200, { "content-type": type }).end(text);
      };
      const error = await failureOf(all(follow()));
      assert.ok(error instanceof ApiError);
      assert.equal(error.code, "SC_ANSWER_MALFORMED");
    });
  }
});
