import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach } from "node:test";
import type { RouteOptions } from "fastify";
import type { ApiFaces } from "../faces.ts";
import { problemsOf } from "../openapi/described-route.ts";
import { startHttpApi } from "../start-http-api.ts";
import { routeFor, routesOf } from "./all-routes.ts";
import { type Answer, type Call, call } from "./call.ts";
import { FakeCatalogue } from "./fake-catalogue.ts";
import { FakeDocuments } from "./fake-documents.ts";
import { FakeExperiments } from "./fake-experiments.ts";
import { FakeHistories } from "./fake-histories.ts";
import { FakeImports } from "./fake-imports.ts";
import { FakeOrchestration } from "./fake-orchestration.ts";
import { FakeReplays } from "./fake-replays.ts";
import { FakeStream } from "./fake-stream.ts";

/** A served API with fakes inside, for all tests of one file; the fakes are new for each. */
export interface ApiHarness extends Fakes {
  readonly folder: string;
  readonly socketPath: string;
  readonly port: number;
  /** Messages that were logged as errors. */
  readonly errors: readonly string[];
  overSocket(made: Call): Promise<Answer>;
  overTcp(made: Call): Promise<Answer>;
  /** Before its time. */
  close(): Promise<void>;
}

interface Fakes {
  readonly orchestration: FakeOrchestration;
  readonly documents: FakeDocuments;
  readonly catalogue: FakeCatalogue;
  readonly histories: FakeHistories;
  readonly experiments: FakeExperiments;
  readonly imports: FakeImports;
  readonly replays: FakeReplays;
  readonly stream: FakeStream;
}

const newFakes = (): Fakes => ({
  orchestration: new FakeOrchestration(),
  documents: new FakeDocuments(),
  catalogue: new FakeCatalogue(),
  histories: new FakeHistories(),
  experiments: new FakeExperiments(),
  imports: new FakeImports(),
  replays: new FakeReplays(),
  stream: new FakeStream(),
});

/** Everything the API is a face of, with fakes behind it. */
export const newFaces = (fakes: () => Fakes = newFakes): ApiFaces => ({
  orchestration: insteadOf(() => fakes().orchestration),
  documents: insteadOf(() => fakes().documents),
  catalogue: insteadOf(() => fakes().catalogue),
  histories: insteadOf(() => fakes().histories),
  experiments: insteadOf(() => fakes().experiments),
  imports: insteadOf(() => fakes().imports),
  replays: insteadOf(() => fakes().replays),
  stream: insteadOf(() => fakes().stream),
  metrics: async () => "sc_up 1\n",
});

export const harnessToken = "a-token-of-the-tests-0123456789abcdef";

export function useApi(): () => ApiHarness {
  let harness: ApiHarness | undefined;
  let fakes = newFakes();
  let close = async (): Promise<void> => {};
  const errors: string[] = [];

  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), "sc-api-"));
    const socketPath = join(folder, "run", "api.sock");
    const api = await startHttpApi({
      faces: newFaces(() => fakes),
      socketPath,
      listen: "127.0.0.1:0",
      token: harnessToken,
      log: { info: () => {}, warn: () => {}, error: (message) => errors.push(message) },
    });
    const port = api.port ?? 0;
    const routes = await routesOf(newFaces());
    harness = {
      folder,
      socketPath,
      port,
      errors,
      get orchestration() {
        return fakes.orchestration;
      },
      get documents() {
        return fakes.documents;
      },
      get catalogue() {
        return fakes.catalogue;
      },
      get histories() {
        return fakes.histories;
      },
      get experiments() {
        return fakes.experiments;
      },
      get imports() {
        return fakes.imports;
      },
      get replays() {
        return fakes.replays;
      },
      get stream() {
        return fakes.stream;
      },
      overSocket: async (made) => declared(routes, made, await call({ socketPath }, made)),
      overTcp: async (made) => declared(routes, made, await call({ port }, made)),
      close: () => api.close(),
    };
    close = async () => {
      await api.close();
      await rm(folder, { recursive: true });
    };
  });
  beforeEach(() => {
    fakes = newFakes();
    errors.length = 0;
  });
  after(() => close());
  return () => {
    assert.ok(harness !== undefined);
    return harness;
  };
}

/** Hands every question to the fake of the test that runs. */
const insteadOf = <Fake extends object>(present: () => Fake): Fake =>
  new Proxy(present(), {
    get: (_first, name) => {
      const value: unknown = Reflect.get(present(), name);
      return typeof value === "function" ? value.bind(present()) : value;
    },
  });

/** The answer, once it is sure that the API's description has its refusal. */
function declared(routes: readonly RouteOptions[], made: Call, answer: Answer): Answer {
  const { method = "GET", path } = made;
  const route = routeFor(routes, { method, path });
  const { code } = answer.body;
  if (answer.status >= 400 && route !== undefined) {
    const codes: readonly unknown[] = problemsOf(route);
    const said = `${method} ${route.url} does not say it refuses with ${answer.text}`;
    assert.ok(codes.includes(code), said);
  }
  return answer;
}

export function assertProblem(answer: Answer, status: number, code: string): void {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.equal(answer.body.code, code);
  assert.match(answer.type, /^application\/problem\+json/);
  assert.equal(answer.body.status, status);
  assert.equal(typeof answer.body.title, "string");
  assert.notEqual(answer.body.detail, "");
}
