/** What a store said, to be looked at field by field: it may have said anything. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON is no answer; whoever asked tells the status and the text.
    return undefined;
  }
}

/** The fields of an object; of anything else none. */
export const fieldsOf = (value: unknown): ReadonlyMap<string, unknown> =>
  new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);

/** A store is not asked for more than all containers of a host have. */
export const usageBytesMost = 16 * 1_048_576;
