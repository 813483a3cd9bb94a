import type { RuleDocument } from "@sc/contracts";
import { UsageError } from "../errors.ts";
import type { RuleAndRevision } from "./change-rule.ts";
import { readJsonFile } from "./json-file.ts";

/**
 * A rule as the API takes it, or as `rules get -o json` wrote it, whose revision then counts. What
 * stands in the rule is judged by the server, which knows what it may look at.
 */
export async function readRuleFile(path: string): Promise<RuleAndRevision> {
  const document = await readJsonFile(path);
  const fields = new Map<string, unknown>(Object.entries(document));
  const revision = fields.get("revision");
  const rule = fields.has("rule") ? fields.get("rule") : document;
  if (!isRule(rule)) {
    throw new UsageError(
      `${path} holds no rule: expected an object with kind "event" or "request", as \`./sctl rules get NAME -o json\` writes it`,
    );
  }
  return { rule, revision: typeof revision === "number" ? revision : undefined };
}

const isRule = (value: unknown): value is RuleDocument =>
  typeof value === "object" &&
  value !== null &&
  "kind" in value &&
  (value.kind === "event" || value.kind === "request");
