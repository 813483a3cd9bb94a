import assert from "node:assert/strict";
import { mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { Log } from "@sc/ports";
import { refuseOverTcp } from "./access.ts";
import { ListenFailed } from "./errors.ts";
import { type HttpApi, startHttpApi } from "./start-http-api.ts";
import { assertProblem, harnessToken, newFaces, useApi } from "./testing/api-harness.ts";
import { type Answer, type Call, call } from "./testing/call.ts";

const api = useApi();
const quiet: Log = { info: () => {}, warn: () => {}, error: () => {} };

describe("over TCP", () => {
  const pause: Call = { method: "POST", path: "/api/v1/pause" };

  test("everybody reads", async () => {
    assert.equal((await api().overTcp({ path: "/api/v1/structures" })).status, 200);
  });

  for (const [what, authorization] of [
    ["without a token", undefined],
    ["with a wrong token", "Bearer wrong"],
    ["with the token under another scheme", `Basic ${harnessToken}`],
    ["with a token cut short", `Bearer ${harnessToken.slice(0, -1)}`],
    ["with an empty token", "Bearer "],
  ] as const) {
    test(`nothing is changed ${what}`, async () => {
      const headers = authorization === undefined ? {} : { authorization };
      assertProblem(await api().overTcp({ ...pause, headers }), 401, "SC_TOKEN_NEEDED");
      assert.deepEqual(api().orchestration.asked, []);
    });
  }

  test("who knows the token changes", async () => {
    const answer = await api().overTcp({
      ...pause,
      headers: { authorization: `Bearer ${harnessToken}` },
    });
    assert.equal(answer.status, 200);
  });

  for (const host of [
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost:5000.evil",
    "10.0.0.1",
  ]) {
    test(`a request to the host ${host} is refused, also for reading`, async () => {
      const answer = await api().overTcp({ path: "/api/v1/structures", headers: { host } });
      assertProblem(answer, 403, "SC_HOST_NOT_ALLOWED");
    });
  }

  for (const host of [
    "localhost",
    "LOCALHOST:5000",
    "127.0.0.1:80",
    "127.0.0.2:5000",
    "[::1]",
    "[::1]:5000",
  ]) {
    test(`a request to the host ${host} is answered`, async () => {
      const answer = await api().overTcp({ path: "/api/v1/health", headers: { host } });
      assert.equal(answer.status, 200);
    });
  }
});

for (const origin of ["https://evil.example", "http://127.0.0.1.evil.example", "null", ""]) {
  test(`a page of ${JSON.stringify(origin)} is refused over TCP, also for reading`, async () => {
    const answer = await api().overTcp({ path: "/api/v1/structures", headers: { origin } });
    assertProblem(answer, 403, "SC_ORIGIN_NOT_ALLOWED");
  });
}

test("a page of this host is answered over TCP", async () => {
  const headers = { origin: "http://localhost:8080" };
  assert.equal((await api().overTcp({ path: "/api/v1/health", headers })).status, 200);
});

test("no answer is a script or a picture of another site's page, or stays in a cache", async () => {
  for (const path of ["/api/v1/structures", "/api/v1/none", "/api/v1/%ff"]) {
    const { headers } = await api().overTcp({ path });
    assert.equal(headers["x-content-type-options"], "nosniff", path);
    assert.equal(headers["cross-origin-resource-policy"], "same-origin", path);
    assert.equal(headers["cache-control"], "no-store", path);
  }
});

test("who asks over TCP without end is told to wait, and the socket goes on", async () => {
  // Little for each, so that more come than are let through for ever, also where the machine is slow.
  api().orchestration.busyMs = 2;
  const ask = () => api().overTcp({ path: "/api/v1/structures" });
  let refused: Answer | undefined;
  for (let round = 0; round < 50 && refused === undefined; round += 1) {
    const answers = await Promise.all(Array.from({ length: 200 }, ask));
    refused = answers.find(({ status }) => status !== 200);
  }
  assert.ok(refused !== undefined);
  assertProblem(refused, 429, "SC_TOO_MANY_REQUESTS");
  assert.equal(refused.headers["retry-after"], "1");
  assert.equal((await api().overSocket({ path: "/api/v1/structures" })).status, 200);
});

test("a fault of ours is a problem without its inside, and is logged", async () => {
  api().orchestration.isBroken = true;
  const answer = await api().overSocket({ path: "/api/v1/structures" });
  assertProblem(answer, 500, "SC_INTERNAL");
  assert.doesNotMatch(JSON.stringify(answer.body), /a bug/);
  assert.equal(api().errors.length, 1);
});

test("who takes all connections over TCP keeps nobody from the socket", async () => {
  const { port } = api();
  const sockets = Array.from({ length: 300 }, () =>
    connect(port, "127.0.0.1").on("error", () => {}),
  );
  const isOver = (socket: Socket) => new Promise((resolve) => socket.once("close", resolve));
  // One that is too many is closed at once.
  await Promise.race(sockets.map(isOver));
  await assert.rejects(api().overTcp({ path: "/api/v1/health" }));
  assert.equal((await api().overSocket({ path: "/api/v1/health" })).status, 200);
  const allOver = Promise.all(sockets.filter(({ destroyed }) => !destroyed).map(isOver));
  for (const socket of sockets) socket.destroy();
  await allOver;
});

test("further routes have the paths that are theirs, over TCP, and the API has the rest", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sc-further-"));
  const socketPath = join(folder, "api.sock");
  const served = await startHttpApi({
    faces: newFaces(),
    socketPath,
    listen: "127.0.0.1:0",
    token: "unused",
    log: quiet,
    further: [
      {
        takes: (path) => path === "/heartbeat",
        handle: ({ url }, response) => response.end(`further ${url}`),
      },
    ],
  });
  const port = served.port ?? 0;
  const ofHeartbeat = { path: "/heartbeat?x=/api/v1/health" };
  assert.equal((await call({ port }, ofHeartbeat)).text, "further /heartbeat?x=/api/v1/health");
  assertProblem(await call({ socketPath }, ofHeartbeat), 404, "SC_ROUTE_UNKNOWN");
  assert.equal((await call({ port }, { path: "/api/v1/health" })).status, 200);
  assertProblem(await call({ port }, { path: "/other" }), 404, "SC_ROUTE_UNKNOWN");
  await served.close();
  await rm(folder, { recursive: true });
});

describe("the API where others may reach its address", () => {
  const ask = (remoteAddress: string) =>
    refuseOverTcp(
      { method: "GET", headers: { host: "localhost" }, socket: { remoteAddress } },
      "t",
    );

  for (const own of ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"]) {
    test(`answers this host: ${own}`, () => assert.equal(ask(own), undefined));
  }

  for (const other of ["10.0.0.1", "::2", "::ffff:10.0.0.1", "::ffff:1.127.0.1", ""]) {
    test(`refuses another, whatever name it asks at: “${other}”`, () => {
      assert.equal(ask(other)?.code, "SC_PEER_NOT_ALLOWED");
    });
  }
});

describe("the unix socket", () => {
  const start = (path: string): Promise<HttpApi> =>
    startHttpApi({
      faces: newFaces(),
      socketPath: path,
      listen: null,
      token: "unused",
      log: quiet,
    });
  const codeOf = (started: Promise<HttpApi>): Promise<string | undefined> =>
    started.then(
      async (unexpected) => {
        await unexpected.close();
        return undefined;
      },
      (error: unknown) => (error instanceof ListenFailed ? error.code : "another error"),
    );

  test("is for its owner and group only", async () => {
    assert.equal((await stat(api().socketPath)).mode & 0o777, 0o660);
  });

  test("is not taken from a server that listens on it", async () => {
    assert.equal(await codeOf(start(api().socketPath)), "SC_SERVER_RUNNING");
    assert.equal((await api().overSocket({ path: "/api/v1/health" })).status, 200);
  });

  test("left behind by a server that died is taken over", async () => {
    const path = join(api().folder, "stale.sock");
    await leaveStaleSocket(path);
    const second = await start(path);
    assert.equal(second.port, undefined);
    assert.equal((await call({ socketPath: path }, { path: "/api/v1/health" })).status, 200);
    await second.close();
  });

  test("never takes the place of a file", async () => {
    const path = join(api().folder, "file");
    await writeFile(path, "precious");
    assert.equal(await codeOf(start(path)), "SC_SOCKET_UNUSABLE");
  });

  test("is closed again when the TCP address is taken", async () => {
    const path = join(api().folder, "other.sock");
    const options = {
      faces: newFaces(),
      socketPath: path,
      token: "unused",
      log: quiet,
    };
    const taken = startHttpApi({ ...options, listen: `127.0.0.1:${api().port}` });
    assert.equal(await codeOf(taken), "SC_LISTEN_FAILED");
    await assert.rejects(call({ socketPath: path }, { path: "/api/v1/health" }));
  });
});

/** What is left of a server that was killed: the file, and nobody behind it. */
async function leaveStaleSocket(path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(`${path}.tmp`, resolve));
  await rename(`${path}.tmp`, path);
  await new Promise((resolve) => server.close(resolve));
}
