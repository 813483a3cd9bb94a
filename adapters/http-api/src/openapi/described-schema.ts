/** A schema as the API's description has it: plain JSON in JSON Schema's own words. */
export type Described = Readonly<Record<string, unknown>>;

/**
 * `expected` is our word for a bound in a sentence and goes into the description. What tells
 * alternatives apart is a constant in each of them; OpenAPI's own word for it wants names only.
 */
export function describedSchema(schema: object): Described {
  const { expected, discriminator, ...plain } = fieldsOf(schema);
  const entries = Object.entries(plain).map(([key, value]) => [key, describedValue(value)]);
  const { description, ...described } = fieldsOf(Object.fromEntries(entries));
  const bound = typeof expected === "string" ? `Must be ${expected}.` : "";
  const text = typeof description === "string" ? `${description} ${bound}`.trim() : bound;
  return { ...(text !== "" && { description: text }), ...described };
}

function describedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(describedValue);
  return typeof value === "object" && value !== null ? describedSchema(value) : value;
}

const fieldsOf = (value: object): Record<string, unknown> => ({ ...value });
