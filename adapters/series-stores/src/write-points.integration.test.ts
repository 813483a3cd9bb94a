import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { SeriesWriter } from "@sc/ports";
import { seriesPoint } from "@sc/ports/testing";
import type { StorePlace } from "./ask-store.ts";
import { OpentsdbWriter } from "./opentsdb/opentsdb-writer.ts";
import { AnsweringServer, saying } from "./testing/answering-server.ts";
import { VictoriaMetricsWriter } from "./victoria-metrics/victoria-metrics-writer.ts";

const never = new AbortController().signal;
const points = [0, 1, 2, 3, 4].map((at) => seriesPoint(at));

const writers: Readonly<Record<string, (place: StorePlace) => SeriesWriter>> = {
  OpenTSDB: (place) => new OpentsdbWriter(place),
  VictoriaMetrics: (place) => new VictoriaMetricsWriter(place),
};

for (const [name, writerOf] of Object.entries(writers)) {
  describe(`what answers in the place of ${name}`, () => {
    let server: AnsweringServer;
    beforeEach(async () => {
      server = await AnsweringServer.start(saying(204));
    });
    afterEach(() => server.stop());
    const write = (changed: Partial<StorePlace> = {}) =>
      writerOf({
        ...{ url: server.url, credentialsFile: null, timeoutSeconds: 10 },
        ...changed,
      }).write(points, never);

    const strangers: readonly (readonly [what: string, status: number, text: string])[] = [
      ["an error", 503, "try later"],
      ["a page", 200, "<html><title>Welcome</title>"],
      ["another JSON", 200, '{"status":"ok"}'],
      ["details of other points", 200, '{"success":1,"failed":0}'],
      ["a refusal without a reason", 400, "no"],
      ["a redirection", 302, ""],
      ["a demand for credentials", 401, ""],
      ["a wrong path", 404, "not found"],
    ];
    for (const [what, status, text] of strangers) {
      test(`${what} (${status}) is no store: points wait`, async () => {
        server.answer = saying(status, text, { location: `${server.url}/elsewhere` });
        const answer = await write();
        assert.equal(answer.kind, "away");
        assert.match(answer.kind === "away" ? answer.text : "", new RegExp(`answered ${status}`));
        assert.equal(server.asked.length, 1);
      });
    }

    test("silence ends after the time that is set", async () => {
      server.answer = () => {};
      const answer = await write({ timeoutSeconds: 0.1 });
      assert.deepEqual(answer, { kind: "away", text: "no answer in 0.1 s" });
    });

    test("an answer that does not end is cut off", async () => {
      server.answer = (_, response) => {
        response.writeHead(200);
        const more = (): void => {
          if (!response.destroyed) response.write("x".repeat(65_536), more);
        };
        more();
      };
      const answer = await write();
      assert.match(answer.kind === "away" ? answer.text : "", /more than \d+ bytes/);
    });

    test("a connection that breaks in the middle of an answer is no answer", async () => {
      server.answer = (_, response) => {
        response.writeHead(200, { "content-length": "1000" }).write("{");
        response.socket?.destroy();
      };
      assert.equal((await write()).kind, "away");
    });

    test("what is too much at once goes in halves", async () => {
      const taken: number[] = [];
      server.answer = ({ text }, response) => {
        const count = text.match(/structure\.cpu\.current/g)?.length ?? 0;
        if (count <= 2) taken.push(count);
        response.writeHead(count > 2 ? 413 : 204).end();
      };
      assert.deepEqual(await write(), { kind: "taken" });
      assert.equal(
        taken.reduce((all, count) => all + count, 0),
        points.length,
      );
    });
  });
}

describe("credentials of a store", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sc-credentials-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function sentWith(content: string) {
    await using server = await AnsweringServer.start(saying(204));
    const credentialsFile = join(folder, "credentials");
    await writeFile(credentialsFile, content);
    const place = { url: server.url, credentialsFile, timeoutSeconds: 10 };
    const answer = await new VictoriaMetricsWriter(place).write(points, never);
    return { answer, header: server.asked[0]?.headers.authorization };
  }

  test("a user with a password, and a token, are shown to the store", async () => {
    assert.equal((await sentWith("sc:secret\n")).header, "Basic c2M6c2VjcmV0");
    assert.equal((await sentWith("Bearer abc\n")).header, "Bearer abc");
  });

  test("a file that holds neither is told of without its content, and nothing is sent", async () => {
    const { answer, header } = await sentWith("just-a-secret");
    assert.equal(header, undefined);
    assert.match(answer.kind === "away" ? answer.text : "", /neither/);
    assert.doesNotMatch(JSON.stringify(answer), /just-a-secret/);
  });

  test("a file that is not there is told of, and nothing is sent", async () => {
    await using server = await AnsweringServer.start(saying(204));
    const credentialsFile = join(folder, "absent");
    const place = { url: server.url, credentialsFile, timeoutSeconds: 10 };
    const answer = await new VictoriaMetricsWriter(place).write(points, never);
    assert.match(answer.kind === "away" ? answer.text : "", /ENOENT/);
    assert.equal(server.asked.length, 0);
  });
});
