import { invalid } from "../errors.ts";
import { Fields } from "./fields.ts";

/** `{"value": …}`, as everything that sets one thing sends it. */
export function sentValueIn(body: unknown): unknown {
  const fields = new Fields(body, "the body");
  fields.require(["value"]);
  return fields.value("value");
}

export function sentNumberIn(body: unknown): number {
  const fields = new Fields(body, "the body");
  return fields.number("value");
}

/** One or many, by name. */
export function sentNamesIn(body: unknown): readonly string[] {
  const fields = new Fields(body, "the body");
  fields.require(["resources"]);
  const sent = [fields.value("resources")].flat();
  const names = sent.filter((each) => typeof each === "string");
  if (names.length === sent.length) return names;
  throw invalid("invalid content, resources must be a list or a string");
}
