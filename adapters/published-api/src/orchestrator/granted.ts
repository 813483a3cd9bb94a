import type { Result } from "@sc/domain";
import type { ApiProblem } from "@sc/ports";
import { RequestRefused } from "./errors.ts";

/** Nothing of these can be found; and our own disk is nobody's bad request. */
const statuses: ReadonlyMap<ApiProblem["code"], number> = new Map([
  ["SC_STRUCTURE_UNKNOWN", 404],
  ["SC_RULE_UNKNOWN", 404],
  ["SC_SERVICE_UNKNOWN", 404],
  ["SC_STATE_NOT_SAVED", 503],
  ["SC_STATE_UNREADABLE", 503],
]);

/** What was answered, or the refusal with its status. */
export function granted<Value>(result: Result<Value, ApiProblem>): Value {
  if (result.ok) return result.value;
  const { code, detail } = result.error;
  const status = statuses.get(code) ?? 400;
  // Clients look for these words.
  const message = status === 404 ? `${detail}: it was not found` : detail;
  throw new RequestRefused(status, code, message);
}
