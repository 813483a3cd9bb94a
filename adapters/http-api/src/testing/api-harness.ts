import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach } from "node:test";
import { startHttpApi } from "../start-http-api.ts";
import { type Answer, type Call, call } from "./call.ts";
import { FakeOrchestration } from "./fake-orchestration.ts";

/** A served API with a fake inside, for all tests of one file; the fake is new for each. */
export interface ApiHarness {
  readonly folder: string;
  readonly socketPath: string;
  readonly port: number;
  readonly orchestration: FakeOrchestration;
  /** Messages that were logged as errors. */
  readonly errors: readonly string[];
  overSocket(made: Call): Promise<Answer>;
  overTcp(made: Call): Promise<Answer>;
}

export const harnessToken = "a-token-of-the-tests-0123456789abcdef";

export function useApi(): () => ApiHarness {
  let harness: ApiHarness | undefined;
  let orchestration = new FakeOrchestration();
  let close = async (): Promise<void> => {};
  const errors: string[] = [];

  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), "sc-api-"));
    const socketPath = join(folder, "run", "api.sock");
    const api = await startHttpApi({
      orchestration: insteadOf(() => orchestration),
      socketPath,
      listen: "127.0.0.1:0",
      token: harnessToken,
      log: { info: () => {}, warn: () => {}, error: (message) => errors.push(message) },
    });
    const port = api.port ?? 0;
    harness = {
      folder,
      socketPath,
      port,
      errors,
      get orchestration() {
        return orchestration;
      },
      overSocket: (made) => call({ socketPath }, made),
      overTcp: (made) => call({ port }, made),
    };
    close = async () => {
      await api.close();
      await rm(folder, { recursive: true });
    };
  });
  beforeEach(() => {
    orchestration = new FakeOrchestration();
    errors.length = 0;
  });
  after(() => close());
  return () => {
    assert.ok(harness !== undefined);
    return harness;
  };
}

/** Hands every question to the fake of the test that runs. */
const insteadOf = (present: () => FakeOrchestration): FakeOrchestration =>
  new Proxy(present(), {
    get: (_first, name) => {
      const value: unknown = Reflect.get(present(), name);
      return typeof value === "function" ? value.bind(present()) : value;
    },
  });

export function assertProblem(answer: Answer, status: number, code: string): void {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.equal(answer.body.code, code);
  assert.match(answer.type, /^application\/problem\+json/);
  assert.equal(answer.body.status, status);
  assert.equal(typeof answer.body.title, "string");
  assert.notEqual(answer.body.detail, "");
}
