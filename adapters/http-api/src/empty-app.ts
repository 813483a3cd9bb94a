import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify from "fastify";
import { headersOfEveryAnswer, problem, problemType } from "./problems.ts";

const bodyLimitBytes = 64 * 1024;
/** Longer than any name, so that a name too long is told as such and not as an unknown page. */
const parameterMaxLength = 4096;

/** Fastify as the API needs it, without routes. */
export function emptyApp() {
  const app = Fastify({
    bodyLimit: bodyLimitBytes,
    routerOptions: { maxParamLength: parameterMaxLength },
    // As it comes or not at all: by default unknown keys vanish and "5" turns into 5.
    ajv: {
      customOptions: {
        removeAdditional: false,
        coerceTypes: false,
        allErrors: true,
        // Alternatives are told apart by one key, and a fault knows its schema's `expected`.
        discriminator: true,
        verbose: true,
        keywords: ["expected"],
        // A time is a number or a text.
        allowUnionTypes: true,
      },
    },
    // A path that cannot be decoded: no route and no handler of ours has been reached yet.
    frameworkErrors: (error, _request, reply) => {
      const told = problem("SC_REQUEST_INVALID", error.message);
      reply.hijack();
      const headers = { ...headersOfEveryAnswer, "content-type": problemType };
      reply.raw.writeHead(told.status, headers).end(JSON.stringify(told));
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
  // Fastify takes text too; a body that is not said to be JSON is to be told so.
  app.removeContentTypeParser("text/plain");
  return app;
}

export type App = ReturnType<typeof emptyApp>;
