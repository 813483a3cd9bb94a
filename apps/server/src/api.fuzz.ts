import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { fuzzTargetIn, ServerErrorAnswered } from "@sc/domain/testing";
import { type GeneratedRequest, generatedRequests } from "./testing/generated-requests.ts";
import { publishedRequests, startPublished } from "./testing/published-requests.ts";
import { mustBeAnswered, type RawAnswer, sendRequest } from "./testing/send-request.ts";
import { SimulatedServer } from "./testing/simulated-server.ts";

export const targets = [
  // No fault of ours, an answer to everything, and nothing changed by what is refused.
  fuzzTargetIn("api-requests", generatedRequests, async () => {
    const server = await SimulatedServer.start();
    await server.pass();
    return {
      check: (request: GeneratedRequest) => checkRequest(server, request, assertProblem),
      close: () => server.close(),
    };
  }),
  // The same of the published routes.
  fuzzTargetIn("published-requests", publishedRequests, async () => {
    const server = await startPublished();
    return {
      check: (request: GeneratedRequest) => checkRequest(server, request, assertPublishedRefusal),
      close: () => server.close(),
    };
  }),
];

type AssertRefusal = (answer: RawAnswer) => void;

async function checkRequest(
  server: SimulatedServer,
  request: GeneratedRequest,
  assertRefusal: AssertRefusal,
): Promise<void> {
  const before = server.state();
  const answer = await sendRequest(server.places, request);
  const { status, type, body } = answer;
  assert.ok(status !== undefined || !mustBeAnswered(request), "there was no answer");
  if (status !== undefined && status >= 500) {
    throw new ServerErrorAnswered(`${request.method} answered ${status}: ${body.slice(0, 500)}`);
  }
  if (request.cutAfter !== null) {
    // Nobody heard the answer; what was asked whole may have been done, or is about to be.
    await settle(server);
  } else if (status === undefined || status >= 400) {
    assert.equal(server.state(), before, `a refusal changed something: ${body}`);
    if (status !== undefined && request.method !== "HEAD") assertRefusal(answer);
  } else {
    if (type.startsWith("application/json") && request.method !== "HEAD") JSON.parse(body);
    await server.pass();
  }
}

const settleMs = 10;
/** A busy machine may be slower than one look. */
const quietLooks = 5;

/** Until nothing changes any more: a connection that was cut does not say when its request is over. */
async function settle(server: SimulatedServer): Promise<void> {
  let before = server.state();
  for (let quiet = 0; quiet < quietLooks; quiet += 1) {
    await delay(settleMs);
    const now = server.state();
    if (now !== before) quiet = -1;
    before = now;
  }
  await server.pass();
}

function assertProblem({ status, type, body }: RawAnswer): void {
  assert.match(type, /^application\/problem\+json/, `${status} ${type} ${body}`);
  const problem: { readonly code: unknown; readonly status: unknown } = JSON.parse(body);
  assert.match(String(problem.code), /^SC_[A-Z_]+$/);
  assert.equal(problem.status, status);
}

/** What nobody could read is refused before it is known whose it is. */
function assertPublishedRefusal(answer: RawAnswer): void {
  const { type, body } = answer;
  if (type.startsWith("application/problem+json")) {
    assertProblem(answer);
    return;
  }
  const refusal: { readonly code: unknown; readonly message: unknown } = JSON.parse(body);
  assert.match(String(refusal.code), /^SC_[A-Z_]+$/);
  assert.ok(typeof refusal.message === "string" && refusal.message !== "", body);
}
