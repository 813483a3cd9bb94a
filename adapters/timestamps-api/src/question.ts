/**
 * Which documents a client asks for. A condition is JSON: fields and the values they must have, nothing
 * else. Operators, expressions and nested fields, which the published server hands to its database, are
 * refused: no client uses them, and what cannot be said cannot be injected.
 */
import { Refused } from "./errors.ts";

const whereLengthMost = 2048;
const pageSizeDefault = 25;
const pageSizeMost = 1000;
const pageMost = 1_000_000;

export const fields = [
  "_id",
  "experiment_id",
  "username",
  "start_time",
  "end_time",
  "test_id",
  "test_name",
  "tags",
] as const;

export type Value = string | number | boolean | null;

export interface Question {
  readonly where: ReadonlyMap<string, Value>;
  /** As it came, for links. */
  readonly whereText: string | undefined;
  readonly page: number;
  readonly pageSize: number;
}

export function questionOf(query: URLSearchParams): Question {
  const whereText = query.get("where") ?? undefined;
  return {
    where: whereText === undefined || whereText === "" ? new Map() : conditionsIn(whereText),
    whereText,
    page: numberIn(query, "page", 1, pageMost),
    pageSize: numberIn(query, "max_results", pageSizeDefault, pageSizeMost),
  };
}

function conditionsIn(text: string): ReadonlyMap<string, Value> {
  if (text.length > whereLengthMost) {
    throw new Refused(400, `where has more than ${whereLengthMost} characters`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Refused(400, "where is no JSON");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new Refused(400, "where is no JSON object");
  }
  const conditions = new Map<string, Value>();
  for (const [key, value] of Object.entries(parsed)) {
    if (!fields.some((field) => field === key)) {
      throw new Refused(400, `where may name ${fields.join(", ")}`);
    }
    if (!isValue(value)) throw new Refused(400, `where compares ${key} with a text or a number`);
    conditions.set(key, value);
  }
  return conditions;
}

const isValue = (value: unknown): value is Value =>
  value === null || ["string", "number", "boolean"].includes(typeof value);

function numberIn(query: URLSearchParams, key: string, preset: number, most: number): number {
  const text = query.get(key);
  if (text === null) return preset;
  if (!/^\d{1,7}$/.test(text)) throw new Refused(400, `${key} is no whole number`);
  return Math.min(most, Math.max(1, Number(text)));
}

/** A list holds a value that is asked for; a field that is not there is null. */
export function fits(
  document: Readonly<Record<string, unknown>>,
  where: ReadonlyMap<string, Value>,
): boolean {
  for (const [key, value] of where) {
    const own = document[key] ?? null;
    const isSame = Array.isArray(own) ? own.includes(value) : own === value;
    if (!isSame) return false;
  }
  return true;
}
