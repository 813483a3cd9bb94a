import { createServer } from "node:http";
import { after, before } from "node:test";
import { AddressList } from "../access/address-list.ts";
import type { PublishedFaces } from "../orchestrator/faces.ts";
import { publishedOrchestrator } from "../orchestrator/published-orchestrator.ts";

export interface PublishedAnswer {
  readonly status: number;
  readonly type: string;
  readonly allow: string | null;
  readonly text: string;
}

export type Ask = (method: string, path: string, body?: unknown) => Promise<PublishedAnswer>;

/** The published routes on a port of their own for all tests of one file. */
export function servePublished(faces: () => PublishedFaces): {
  readonly ask: Ask;
  readonly errors: string[];
} {
  let origin = "";
  let close = async (): Promise<void> => {};
  const errors: string[] = [];
  before(async () => {
    const routes = await publishedOrchestrator({
      faces: faces(),
      rules: { allow: new AddressList([]), hostNames: new Set() },
      log: { info: () => {}, warn: () => {}, error: (text) => errors.push(text) },
    });
    const server = createServer(routes.handle);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    close = async () => {
      server.closeAllConnections();
      server.close();
      await routes.close();
    };
  });
  after(() => close());
  return { errors, ask: (method, path, body) => askAt(origin + path, method, body) };
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
