import { Type } from "@fastify/type-provider-typebox";
import { streamQuerySchema } from "@sc/contracts";
import { type LiveStream, streamTopics } from "@sc/ports";
import type { App } from "../empty-app.ts";
import { RequestRefused } from "../errors.ts";
import type { EventStreams } from "../event-streams.ts";
import { problem } from "../problems.ts";
import { checkStructureQuery } from "./route-parts.ts";

const lastSeenHeader = Type.Object({
  "last-event-id": Type.Optional(
    Type.String({
      pattern: "^\\d{1,15}$",
      expected: "the id of a message",
      description: "Begins with what came after this message, as far as it is still known.",
    }),
  ),
});

/** What happens, as it happens. */
export function addStreamRoute(api: App, stream: LiveStream, streams: EventStreams): void {
  api.get(
    "/stream",
    {
      // A stream has no length that could be told.
      exposeHeadRoute: false,
      schema: {
        operationId: "stream",
        summary: "What happens, as it happens: server-sent events, one per message",
        tags: ["history"],
        querystring: streamQuerySchema,
        headers: lastSeenHeader,
        response: { 200: { content: { "text/event-stream": { schema: Type.String() } } } },
      },
      config: { problems: ["SC_NAME_INVALID", "SC_STREAMS_EXHAUSTED"] },
    },
    async ({ query, headers, raw }, reply) => {
      checkStructureQuery(query.structure);
      const refusal = streams.refusalOf(raw);
      if (refusal !== undefined) throw new RequestRefused(problem("SC_STREAMS_EXHAUSTED", refusal));
      const lastSeen = headers["last-event-id"];
      const asked = new Set(query.topics?.split(","));
      const question = {
        topics: asked.size === 0 ? streamTopics : streamTopics.filter((topic) => asked.has(topic)),
        structure: query.structure,
        after: lastSeen === undefined ? undefined : Number(lastSeen),
      };
      reply.hijack();
      streams.begin(reply.raw, (onMessage) => stream.listen(question, onMessage));
    },
  );
}
