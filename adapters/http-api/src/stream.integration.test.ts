import assert from "node:assert/strict";
import { type IncomingMessage, type OutgoingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { assertProblem, useApi } from "./testing/api-harness.ts";
import { change, web } from "./testing/fake-orchestration.ts";
import { changeMessage } from "./testing/fake-stream.ts";

const api = useApi();

interface Asked {
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** Default: the unix socket. */
  readonly port?: number;
}

/** A stream that was begun, read as text. */
async function follow({ path = "/api/v1/stream", headers = {}, port }: Asked = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const target = port === undefined ? { socketPath: api().socketPath } : { port };
  const outgoing = request({ ...target, path, headers, agent: false }, resolve);
  outgoing.on("error", reject).end();
  const incoming = (await promise).setEncoding("utf8");
  let text = "";
  const untilText = async (wanted: string): Promise<string> => {
    while (!text.includes(wanted)) {
      const part: unknown = incoming.read();
      if (typeof part === "string") text += part;
      else {
        await new Promise<void>((more, failed) => {
          incoming.once("readable", more).once("error", failed);
        });
      }
    }
    return text;
  };
  return { incoming, untilText, leave: () => outgoing.destroy() };
}

const allGone = () => api().stream.untilListening(0);

describe("a stream", () => {
  test("gives each message as an event, with a number to go on from", async () => {
    const { incoming, untilText, leave } = await follow();
    await api().stream.untilListening(1);
    api().stream.publish(changeMessage(7));
    api().stream.publish({ number: 0, topic: "structures", data: [web] });
    const text = await untilText('"host1"');
    const { data } = changeMessage(7);
    assert.match(String(incoming.headers["content-type"]), /^text\/event-stream/);
    assert.ok(text.includes(`id: 7\nevent: changes\ndata: ${JSON.stringify(data)}\n\n`), text);
    assert.ok(text.includes("\n\nevent: structures\ndata: [{"), text);
    leave();
    await allGone();
  });

  test("is about the topics and the structure that are named, after what was seen", async () => {
    const path = "/api/v1/stream?topics=changes,events&structure=web";
    const asked = await follow({ path, headers: { "last-event-id": "41" } });
    const everything = await follow();
    assert.deepEqual(api().stream.asked, [
      { topics: ["events", "changes"], structure: "web", after: 41 },
      {
        topics: ["structures", "events", "requests", "changes", "rules", "settings"],
        structure: undefined,
        after: undefined,
      },
    ]);
    asked.leave();
    everything.leave();
    await allGone();
  });

  for (const [path, headers, code] of [
    ["?topics=", {}, "SC_REQUEST_INVALID"],
    ["?topics=weather", {}, "SC_REQUEST_INVALID"],
    ["?topics=changes,,events", {}, "SC_REQUEST_INVALID"],
    ["?structure=a%2Fb", {}, "SC_NAME_INVALID"],
    ["?x=1", {}, "SC_REQUEST_INVALID"],
    ["", { "last-event-id": "-1" }, "SC_REQUEST_INVALID"],
    ["", { "last-event-id": "1e9" }, "SC_REQUEST_INVALID"],
  ] as const) {
    test(`is refused before it begins: ${path} ${JSON.stringify(headers)}`, async () => {
      assertProblem(await api().overSocket({ path: `/api/v1/stream${path}`, headers }), 400, code);
      assert.deepEqual(api().stream.asked, []);
    });
  }

  test("has no head alone", async () => {
    const answer = await api().overSocket({ method: "HEAD", path: "/api/v1/stream" });
    assert.equal(answer.status, 405);
    assert.deepEqual(api().stream.asked, []);
  });

  test("beyond 32 is refused, and there is room again when one ends", async () => {
    const opened = await Promise.all(Array.from({ length: 32 }, () => follow()));
    const refused = await Promise.all(
      Array.from({ length: 68 }, () => api().overSocket({ path: "/api/v1/stream" })),
    );
    for (const answer of refused) assertProblem(answer, 503, "SC_STREAMS_EXHAUSTED");
    assert.equal(api().stream.listenerCount, 32);
    opened[0]?.leave();
    await api().stream.untilListening(31);
    const another = await follow();
    assert.equal(api().stream.listenerCount, 32);
    for (const { leave } of [...opened, another]) leave();
    await allGone();
  });

  test("beyond 24 over TCP is refused, and over the socket there is still room", async () => {
    const { port } = api();
    const opened = await Promise.all(Array.from({ length: 24 }, () => follow({ port })));
    const answer = await api().overTcp({ path: "/api/v1/stream" });
    assertProblem(answer, 503, "SC_STREAMS_EXHAUSTED");
    const steering = await follow();
    assert.equal(api().stream.listenerCount, 25);
    for (const { leave } of [...opened, steering]) leave();
    await allGone();
  });

  test("whose reader does not read is cut off, and no other", async () => {
    const reading = await follow();
    const silent = connect(api().socketPath);
    silent.pause();
    silent.write("GET /api/v1/stream HTTP/1.1\r\nhost: x\r\n\r\n");
    await api().stream.untilListening(2);
    const reason = { code: "inside-band", text: "x".repeat(300_000) } as const;
    let number = 0;
    while (api().stream.listenerCount === 2 && number < 100) {
      number += 1;
      api().stream.publish({ number, topic: "changes", data: { ...change, reason } });
      await reading.untilText(`id: ${number}\n`);
    }
    assert.equal(api().stream.listenerCount, 1);
    // What the kernel takes, one message, and the mebibyte that may wait.
    assert.ok(number < 20, `${number} messages of 300 kB`);
    reading.leave();
    silent.destroy();
    await allGone();
  });

  test("ends cleanly when the server closes, and none begins after", async () => {
    const { incoming, untilText } = await follow();
    await untilText(": here");
    const ended = new Promise<void>((resolve, reject) => {
      incoming.on("end", resolve).on("error", reject).resume();
    });
    await api().close();
    await ended;
    assert.equal(api().stream.listenerCount, 0);
  });
});
