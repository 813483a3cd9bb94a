import {
  applicationSchema,
  declaredHostSchema,
  subscriptionSchema,
  userSchema,
} from "@sc/contracts";
import {
  type CatalogueDocument,
  err,
  ok,
  parseStructureName,
  type Result,
  type StructureName,
} from "@sc/domain";
import { checked } from "./check-content.ts";

/** A document of the catalogue; every name in it is one. */
export function checkCatalogued(
  kind: CatalogueDocument["kind"],
  text: string,
  content: unknown,
): Result<CatalogueDocument, string> {
  const name = nameOf(text);
  if (!name.ok) return name;
  switch (kind) {
    case "declared-host":
      return checked(declaredHostSchema, content, (good) =>
        ok({ kind, name: name.value, content: good }),
      );
    case "subscription":
      return checked(subscriptionSchema, content, (good) => {
        const host = nameOf(good.host);
        if (!host.ok) return host;
        return ok({ kind, name: name.value, content: { ...good, host: host.value } });
      });
    case "application":
      return checked(applicationSchema, content, (good) => {
        const containers = namesOf(good.containers);
        if (!containers.ok) return containers;
        return ok({ kind, name: name.value, content: { ...good, containers: containers.value } });
      });
    case "user":
      return checked(userSchema, content, (good) => {
        const applications = namesOf(good.applications);
        if (!applications.ok) return applications;
        const whole = { ...good, applications: applications.value };
        return ok({ kind, name: name.value, content: whole });
      });
  }
}

function nameOf(text: string): Result<StructureName, string> {
  const parsed = parseStructureName(text);
  return parsed.ok ? parsed : err(parsed.error.message);
}

function namesOf(texts: readonly string[]): Result<readonly StructureName[], string> {
  const names: StructureName[] = [];
  for (const text of texts) {
    const name = nameOf(text);
    if (!name.ok) return name;
    names.push(name.value);
  }
  return ok(names);
}
