import type { Experiments, StoredExperiment } from "@sc/ports";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  type Collection,
  collections,
  documentOf,
  draftOf,
  etagOf,
  type TimestampDocument,
} from "./documents.ts";
import { Refused, refusedFor } from "./errors.ts";
import { listAnswer } from "./list-answer.ts";
import { questionOf } from "./question.ts";

interface Route {
  readonly collection: Collection;
  readonly experiments: Experiments;
}

type WithId = FastifyRequest<{ Params: { id: string } }>;

export function addRoutes(app: FastifyInstance, experiments: Experiments): void {
  app.get("/", () => ({
    _links: {
      child: Object.keys(collections).map((collection) => ({
        title: collection,
        href: collection,
      })),
    },
  }));
  for (const collection of ["experiments", "tests"] as const) {
    const route = { collection, experiments };
    app.get(`/${collection}`, (request) =>
      listAnswer(
        collection,
        allOf(route).map((stored) => documentOf(stored, collection)),
        questionOf(new URL(request.url, "http://localhost").searchParams),
      ),
    );
    app.post(`/${collection}`, async ({ body }, reply) => {
      const added = await add(route, bodyOf(body));
      return reply.code(201).send(added);
    });
    app.get(`/${collection}/:id`, (request: WithId, reply) => {
      const stored = found(route, request.params.id);
      return withEtag(reply, stored).send(documentOf(stored, collection));
    });
    app.put(`/${collection}/:id`, async (request: WithId, reply) => {
      const stored = found(route, request.params.id);
      checkEtag(request, stored);
      const draft = draftOf(collection, bodyOf(request.body));
      const replaced = await experiments.replace(stored, draft);
      if (!replaced.ok) throw refusedFor(replaced.error);
      return withEtag(reply, replaced.value).send(receipt(documentOf(replaced.value, collection)));
    });
    app.delete(`/${collection}/:id`, async (request: WithId, reply) => {
      const stored = found(route, request.params.id);
      checkEtag(request, stored);
      const removed = await experiments.remove(collections[collection].kind, stored);
      if (!removed.ok) throw refusedFor(removed.error);
      return reply.code(204).send();
    });
  }
}

function allOf({ collection, experiments }: Route): readonly StoredExperiment[] {
  const all = experiments.list(collections[collection].kind);
  if (!all.ok) throw refusedFor(all.error);
  return all.value;
}

function found(route: Route, id: string): StoredExperiment {
  const stored = allOf(route).find((each) => each.id === id);
  if (stored === undefined) throw new Refused(404, "there is no such document");
  return stored;
}

/** The client sends one back with a new document after a change of another: there it means nothing. */
async function add({ collection, experiments }: Route, body: unknown): Promise<object> {
  const added = await experiments.add(draftOf(collection, body));
  if (!added.ok) throw refusedFor(added.error);
  return receipt(documentOf(added.value, collection));
}

/** What is told of a document that was written. */
const receipt = ({ _id, _etag, _created, _updated, _links }: TimestampDocument): object => ({
  ...{ _id, _etag, _created, _updated, _links },
  _status: "OK",
});

function checkEtag({ headers }: FastifyRequest, stored: StoredExperiment): void {
  const given = headers["if-match"];
  if (given === undefined) {
    throw new Refused(
      428,
      "To edit a document its etag must be provided using the If-Match header",
    );
  }
  if (given.replaceAll('"', "") !== etagOf(stored)) {
    throw new Refused(412, "Client and server etags don't match");
  }
}

const withEtag = (reply: FastifyReply, stored: StoredExperiment): FastifyReply =>
  reply.header("etag", `"${etagOf(stored)}"`);

function bodyOf(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(body) ? body.toString("utf8") : "");
  } catch {
    throw new Refused(400, "the body is no JSON");
  }
}
