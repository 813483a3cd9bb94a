import { asItIs, type Column, type Recording } from "../recording.ts";

/** What the API answers about a structure's usage, and `sctl history NAME --output json` writes. */
export function readUsageHistory(text: string): Recording | string {
  const document = parseJson(text);
  if (!isObject(document)) return "JSON, and no recorded usage";
  const stamps = numbersOf(document.stamps);
  const { stepSeconds } = document;
  if (stamps === undefined || typeof stepSeconds !== "number" || !(stepSeconds > 0))
    return "JSON, and no recorded usage: stamps and stepSeconds are missing";
  const columns = (["cpu", "mem"] as const).flatMap((resource) => {
    const history = document[resource];
    const used: unknown = isObject(history) ? history.used : undefined;
    return Array.isArray(used) ? [columnOf(resource, used)] : [];
  });
  if (columns.length === 0) return "neither cpu nor mem has a column of what was used";
  return { stamps, stepSeconds, rows: stamps.length, columns };
}

function columnOf(resource: Column["resource"], used: readonly unknown[]): Column {
  const at = (row: number): number | null | string => {
    const value = used[row];
    if (value === null || value === undefined) return null;
    return typeof value === "number" && value >= 0 ? value : `reading ${row + 1} is no amount`;
  };
  return { resource, kind: "usage", scale: asItIs, at };
}

function numbersOf(value: unknown): readonly number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const numbers = value.filter((each) => typeof each === "number");
  return numbers.length === value.length ? numbers : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
