import assert from "node:assert/strict";
import { test } from "node:test";
import { seriesPoint, seriesWriterSuite } from "@sc/ports/testing";
import { AnsweringServer, saying } from "../testing/answering-server.ts";
import { OpentsdbInMemory } from "../testing/opentsdb-in-memory.ts";
import { OpentsdbWriter, opentsdbWord } from "./opentsdb-writer.ts";

const placeAt = (url: string) => ({ url, credentialsFile: null, timeoutSeconds: 10 });
const never = new AbortController().signal;
const two = [seriesPoint(0), seriesPoint(4, "db@host:1")];

seriesWriterSuite("the writer of OpenTSDB", async () => {
  const store = await OpentsdbInMemory.start();
  return {
    writer: new OpentsdbWriter(placeAt(store.server.url)),
    stored: async () => ({
      count: store.points.size,
      sum: [...store.points.values()].reduce((all, value) => all + value, 0),
    }),
    vanish: () => store.server.stop(),
    close: () => store[Symbol.asyncDispose](),
  };
});

test("OpenTSDB is sent whole seconds, numbers, and words of its own characters", async () => {
  await using server = await AnsweringServer.start(saying(204));
  await new OpentsdbWriter(placeAt(`${server.url}/tsdb/`)).write(two, never);
  const [asked] = server.asked;
  assert.deepEqual([asked?.method, asked?.path], ["POST", "/tsdb/api/put?details="]);
  assert.equal(asked?.headers["content-encoding"], "gzip");
  assert.deepEqual(JSON.parse(asked?.text ?? "")[1], {
    metric: "structure.cpu.current",
    timestamp: 1_700_000_004,
    value: 1,
    tags: { structure: "db_x40_host_x3a_1" },
  });
});

test("names that differ stay different when they are written in OpenTSDB's characters", () => {
  const names = ["a@b", "a:b", "a_x40_b", "a_x5f_x40_b", "a+b", "a\\b", "ä.b-c_d", "_x_"];
  const words = names.map(opentsdbWord);
  assert.equal(new Set(words).size, names.length, words.join());
  assert.deepEqual([words[0], words[2], words[6]], ["a_x40_b", "a_x5f_x40_b", "ä.b-c_d"]);
});

const refusals: readonly (readonly [what: string, status: number, text: string, answer: object])[] =
  [
    [
      "some points",
      400,
      '{"success":1,"failed":1,"errors":[{"datapoint":{},"error":"Unknown metric"}]}',
      { kind: "refused", count: 1, text: "Unknown metric" },
    ],
    [
      "all of them",
      400,
      '{"error":{"code":400,"message":"Unable to parse","trace":"…"}}',
      { kind: "refused", count: 2, text: "Unable to parse" },
    ],
    ["nothing, in details", 200, '{"success":2,"failed":0,"errors":[]}', { kind: "taken" }],
  ];
for (const [what, status, text, answer] of refusals) {
  test(`OpenTSDB that refuses ${what} is understood`, async () => {
    await using server = await AnsweringServer.start(saying(status, text));
    assert.deepEqual(await new OpentsdbWriter(placeAt(server.url)).write(two, never), answer);
  });
}
