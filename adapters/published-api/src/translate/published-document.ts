/** A document as published clients read it. */
export type PublishedDocument = Readonly<Record<string, unknown>>;

/** What an object holds under a key; a name from outside is never one of those every object has. */
export function fieldIn(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return new Map(Object.entries(value)).get(key);
}
