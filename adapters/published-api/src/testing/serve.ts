import { after, before, beforeEach } from "node:test";
import { AddressList } from "../access/address-list.ts";
import type { PublishedFaces } from "../orchestrator/faces.ts";
import { publishedOrchestrator } from "../orchestrator/published-orchestrator.ts";
import { FakeCatalogue } from "./fake-catalogue.ts";
import { FakeRules, FakeServices } from "./fake-documents.ts";
import { listenForTest } from "./listen-for-test.ts";

export interface PublishedAnswer {
  readonly status: number;
  readonly type: string;
  readonly allow: string | null;
  readonly text: string;
}

export type Ask = (method: string, path: string, body?: unknown) => Promise<PublishedAnswer>;

export interface Fakes extends PublishedFaces {
  readonly catalogue: FakeCatalogue;
  readonly rules: FakeRules;
  readonly services: FakeServices;
}

const newFakes = (): Fakes => ({
  catalogue: new FakeCatalogue(),
  rules: new FakeRules(),
  services: new FakeServices(),
});

/** The published routes on a port of their own for all tests of one file; the fakes are new for each. */
export function servePublished(): {
  readonly ask: Ask;
  readonly errors: readonly string[];
  readonly fakes: () => Fakes;
} {
  let fakes = newFakes();
  let origin = "";
  let close = async (): Promise<void> => {};
  const errors: string[] = [];
  before(async () => {
    const routes = await publishedOrchestrator({
      faces: {
        get catalogue() {
          return fakes.catalogue;
        },
        get rules() {
          return fakes.rules;
        },
        get services() {
          return fakes.services;
        },
      },
      rules: { allow: new AddressList([]), hostNames: new Set() },
      log: { info: () => {}, warn: () => {}, error: (text) => errors.push(text) },
    });
    const listening = await listenForTest(routes);
    origin = listening.origin;
    close = listening.close;
  });
  beforeEach(() => {
    fakes = newFakes();
  });
  after(() => close());
  return {
    errors,
    fakes: () => fakes,
    ask: (method, path, body) => askAt(origin + path, method, body),
  };
}

async function askAt(url: string, method: string, body: unknown): Promise<PublishedAnswer> {
  const sent = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
  const answer = await fetch(url, {
    method,
    ...(sent !== undefined && { body: sent, headers: { "content-type": "application/json" } }),
    redirect: "manual",
  });
  return {
    status: answer.status,
    type: answer.headers.get("content-type") ?? "",
    allow: answer.headers.get("allow"),
    text: await answer.text(),
  };
}
