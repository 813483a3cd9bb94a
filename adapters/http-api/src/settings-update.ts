import { expectedOf, serviceSettingsSchemas } from "@sc/contracts";
import type { TObject } from "typebox";
import { Value } from "typebox/value";
import { RequestRefused } from "./errors.ts";
import { problem } from "./problems.ts";

const schemas: ReadonlyMap<string, TObject> = new Map(Object.entries(serviceSettingsSchemas));

type Values = Readonly<Record<string, unknown>>;

/**
 * Refuses a change of settings that names a key the service does not have, or a value outside its
 * bounds. Which keys there are depends on the service in the path, so no schema of the route says it.
 */
export function checkSettingsUpdate(service: string, update: Values): void {
  const properties = schemas.get(service)?.properties ?? {};
  const faults = Object.entries(update).flatMap(([field, value]) => {
    const schema = Object.hasOwn(properties, field) ? properties[field] : undefined;
    if (schema === undefined) {
      const known = Object.keys(properties).join(", ");
      return [{ field, detail: `is not known; known here: ${known}`, isRange: false }];
    }
    if (value === null || Value.Check(schema, value)) return [];
    const detail = `must be ${expectedOf(schema)}`;
    return [{ field, detail, isRange: typeof value === "number" }];
  });
  const [first] = faults;
  if (first === undefined) return;
  const errors = faults.map(({ field, detail }) => ({ field, detail }));
  const detail = errors.map((fault) => `${fault.field} ${fault.detail}`).join("; ");
  const isRange = faults.every((fault) => fault.isRange);
  const code = isRange ? "SC_VALUE_OUT_OF_RANGE" : "SC_REQUEST_INVALID";
  throw new RequestRefused(problem(code, detail, { field: first.field, errors }));
}
