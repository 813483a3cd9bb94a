import { Fields } from "../bodies/fields.ts";
import { flagOf, numberOf } from "../bodies/values.ts";
import { invalid } from "../errors.ts";
import { granted } from "../granted.ts";
import { changing, type PublishedRoute, reading } from "../published-route.ts";

/** Text that says a number or a switch is one, but for these keys. */
const textKeys: ReadonlySet<string> = new Set([
  "STRUCTURE_GUARDED",
  "ENERGY_MODEL_NAME",
  "ENERGY_MODEL_RELIABILITY",
  "CONTAINERS_SCOPE",
  "BALANCING_METHOD",
  "BALANCING_POLICY",
  "CONTROL_POLICY",
  "POWER_MODEL",
  "EVENTS_SYSTEM",
]);

const typed = (key: string, value: unknown): unknown =>
  typeof value !== "string" || textKeys.has(key)
    ? value
    : (flagOf(value) ?? numberOf(value) ?? value);

function valueIn(body: unknown): unknown {
  const isEmpty = typeof body !== "object" || body === null || Object.keys(body).length === 0;
  if (isEmpty) throw invalid("empty content");
  const fields = new Fields(body, "the body");
  fields.require(["value"]);
  const value = fields.value("value");
  if (typeof value !== "object" || Array.isArray(value)) return value;
  throw invalid("invalid content, resources must be a list or a string");
}

/** Every key of the object, as it is; a list or nothing says nothing. */
function keysIn(body: unknown): ReadonlyMap<string, unknown> {
  if (Array.isArray(body) && body.length === 0) return new Map();
  const fields = new Fields(body, "the body");
  return new Map(fields.keys.map((key) => [key, fields.value(key)]));
}

export const serviceRoutes: readonly PublishedRoute[] = [
  reading("/service/", (_, { services }) => services.list()),
  reading("/service/<service>", ({ parameters: { service = "" } }, { services }) =>
    granted(services.find(service)),
  ),
  changing(
    "/service/<service>",
    async ({ parameters: { service = "" }, body }, { services }) =>
      granted(await services.setKeys(service, keysIn(body))),
    { hasBody: true },
  ),
  changing(
    "/service/<service>/<key>",
    async ({ parameters: { service = "", key = "" }, body }, { services }) => {
      const value = typed(key, valueIn(body));
      granted(await services.setKeys(service, new Map([[key, value]])));
    },
    { hasBody: true },
  ),
];
