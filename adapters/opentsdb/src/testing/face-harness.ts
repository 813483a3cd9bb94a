import { once } from "node:events";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { err, ok, type UsageHistory, wallSeconds } from "@sc/domain";
import type { PostedPoint, PostedUsage } from "@sc/ports";
import { openTsdbFace } from "../open-tsdb-face.ts";

export interface FaceHarness extends AsyncDisposable {
  readonly url: string;
  /** What the maker of samples was given. */
  readonly taken: PostedPoint[];
  readonly spoiled: Parameters<PostedUsage["spoil"]>[0][];
  readonly counters: () => ReadonlyMap<string, number>;
  now: number;
  post(path: string, body: string | Buffer, headers?: Readonly<Record<string, string>>): Reply;
  /** As a sender of BDWatchdog does. */
  send(points: unknown, path?: string): Reply;
  query(body: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
}
type Reply = Promise<{ readonly status: number; readonly text: string }>;

export interface HarnessOptions {
  readonly histories?: ReadonlyMap<string, UsageHistory>;
  readonly refuse?: string;
}

export const harnessNow = 1_795_487_430;

export async function openFace(options: HarnessOptions = {}): Promise<FaceHarness> {
  const { histories = new Map<string, UsageHistory>() } = options;
  const taken: PostedPoint[] = [];
  const spoiled: FaceHarness["spoiled"] = [];
  const clockAt = { now: harnessNow };
  const face = openTsdbFace({
    clock: {
      wall: () => wallSeconds(clockAt.now),
      monotonic: () => {
        throw new Error("nobody asks for it");
      },
    },
    log: { info: () => {}, warn: () => {}, error: console.error },
    usage: { take: (point) => taken.push(point), spoil: (missing) => spoiled.push(missing) },
    keepSeconds: 3600,
    refuse: () => options.refuse,
    names: () => [...histories.keys()],
    histories: {
      usageHistory: async (name) => {
        const history = histories.get(name);
        return history === undefined
          ? err({ code: "SC_STRUCTURE_UNKNOWN", detail: "nobody knows it" })
          : ok(history);
      },
    },
  });
  const server = createServer(face.handle);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const url = `http://127.0.0.1:${port}`;
  const post: FaceHarness["post"] = async (path, body, headers = {}) => {
    const answer = await fetch(`${url}${path}`, { method: "POST", body, headers });
    return { status: answer.status, text: await answer.text() };
  };
  return {
    url,
    taken,
    spoiled,
    post,
    get now() {
      return clockAt.now;
    },
    set now(to) {
      clockAt.now = to;
    },
    counters: () => {
      const { accepted, noted, refused, series } = face.counters();
      const counted = [...noted, ...refused].filter(({ count }) => count > 0);
      return new Map([
        ["accepted", accepted],
        ["series", series],
        ...counted.map(({ why, count }) => [why, count] as const),
      ]);
    },
    send: (points, path = "/api/put") =>
      post(path, gzipSync(JSON.stringify(points)), {
        "content-type": "application/json",
        "content-encoding": "gzip",
      }),
    query: async (body) => {
      const { status, text } = await post("/api/query", JSON.stringify(body), {
        "content-type": "application/json",
      });
      return { status, body: JSON.parse(text) };
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
