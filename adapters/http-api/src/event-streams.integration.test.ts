import assert from "node:assert/strict";
import { createServer, get, type IncomingMessage } from "node:http";
import { test } from "node:test";
import type { StreamMessage } from "@sc/ports";
import { EventStreams } from "./event-streams.ts";
import { changeMessage } from "./testing/fake-stream.ts";

const options = {
  log: { info: () => {}, warn: () => {}, error: () => {} },
  isTrusted: () => true,
};

/** What a reader gets of a stream before its listener says anything more. */
const beginningOf = (streams: EventStreams, known: number): Promise<IncomingMessage> =>
  streamOf(streams, (onMessage) => {
    for (let number = 1; number <= known; number += 1) onMessage(changeMessage(number));
    return { cancel: () => {} };
  });

async function streamOf(
  streams: EventStreams,
  listen: Parameters<EventStreams["begin"]>[1],
): Promise<IncomingMessage> {
  const server = createServer((_request, response) => streams.begin(response, listen));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const incoming = await new Promise<IncomingMessage>((resolve) => {
    get({ host: "127.0.0.1", port: address.port, agent: false }, resolve);
  });
  server.close();
  return incoming.setEncoding("utf8");
}

test("a stream that is silent says now and then that it is there", async () => {
  const streams = new EventStreams({ ...options, heartbeatMs: 1 });
  let text = "";
  for await (const part of await beginningOf(streams, 0)) {
    text += String(part);
    if (text.split(": here\n\n").length > 3) break;
  }
  assert.match(text, /^(: here\n\n){3}/);
});

test("what is known already comes first and in order", async () => {
  const streams = new EventStreams(options);
  const numbers: string[] = [];
  for await (const part of await beginningOf(streams, 1000)) {
    for (const [, number = ""] of String(part).matchAll(/^id: (\d+)$/gm)) numbers.push(number);
    if (numbers.at(-1) === "1000") break;
  }
  assert.equal(numbers.length, 1000);
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => Number(a) - Number(b)),
  );
});

test("what happens after the end of a stream is not sent any more", async () => {
  const streams = new EventStreams(options);
  const tell: ((message: StreamMessage) => void)[] = [];
  const incoming = await streamOf(streams, (onMessage) => {
    tell.push(onMessage);
    return { cancel: () => {} };
  });
  streams.close();
  for (const onMessage of tell) onMessage(changeMessage(1));
  let text = "";
  for await (const part of incoming) text += String(part);
  assert.equal(text, ": here\n\n");
  assert.equal(streams.refusalOf(incoming), "the server stops");
});
