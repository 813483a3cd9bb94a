import type { UserDeclaration } from "@sc/ports";
import {
  bandIn,
  fieldsOfResource,
  objectIn,
  requireSameName,
  resourceNameOf,
  resourcesIn,
} from "./shared-parts.ts";

export function readUser(name: string, body: unknown): UserDeclaration {
  const fields = objectIn(body).fields("user");
  fields.require(["name", "subtype"]);
  requireSameName(name, fields.text("name"));
  const resources = resourcesIn(fields, "user");
  return {
    ...(fields.has("balancing_method") && { balancingMethod: fields.text("balancing_method") }),
    resources: Object.fromEntries(
      resources.keys.map((key) => {
        const resource = fieldsOfResource(resources, key);
        resource.require(["max", "min"]);
        return [resourceNameOf(key), bandIn(resource, key)];
      }),
    ),
  };
}
