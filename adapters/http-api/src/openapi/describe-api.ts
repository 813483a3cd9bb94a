import swagger from "@fastify/swagger";
import { invariant } from "@sc/domain";
import { emptyApp } from "../empty-app.ts";
import { addRoutes, type RouteParts } from "../routes/add-routes.ts";
import { describedRoute } from "./described-route.ts";
import { byName, componentSchemas } from "./named-schemas.ts";

const description =
  "Everything people and programs may ask of the server. cpu is in shares (100 = one core), memory " +
  "in MiB, times are Unix seconds. A limit of null is no limit; a value that is not known is left out.";

/**
 * The API as OpenAPI 3.1, made of the routes themselves. They are added once more to an app that
 * answers nothing, so that the one that serves need not carry what only the description needs.
 */
export async function describeApi(parts: Omit<RouteParts, "describe">): Promise<string> {
  const app = emptyApp();
  // Nothing is ever checked or sent here.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => () => "");
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Serverless Containers", version: "v1", description },
      servers: [{ url: "http://127.0.0.1:5000" }],
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
    },
    convertConstToEnum: false,
    transform: ({ schema, url, route }) => ({ schema: describedRoute(schema, route), url }),
  });
  addRoutes(app, { ...parts, describe: async () => "" });
  await app.ready();
  const document = app.swagger();
  await app.close();
  invariant("components" in document, "the description is OpenAPI 3");
  const { components, paths, ...rest } = document;
  return JSON.stringify({
    ...rest,
    paths: byName(paths),
    components: { ...components, schemas: componentSchemas() },
  });
}
