import { anyText } from "@sc/domain/testing";
import fc from "fast-check";

/** As much of JSON Schema as the API's description uses. */
export interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly pattern?: string;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

type Schemas = Readonly<Record<string, Schema>>;

/** Rules hold rules; deeper ones are of the corpus of the rules' own target. */
const depthMax = 8;

/** Values that fit a schema, nearly: bounds are crossed now and then. */
export function valuesOf(schema: Schema, named: Schemas, depth = 0): fc.Arbitrary<unknown> {
  if (depth > depthMax) return fc.constantFrom<unknown>(true, 1, { var: "cpu.usage" });
  const inner = (each: Schema): fc.Arbitrary<unknown> => valuesOf(each, named, depth + 1);
  if (schema.$ref !== undefined) {
    return inner(named[schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1)] ?? {});
  }
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return fc.oneof(...alternatives.map(inner));
  if (schema.examples !== undefined) {
    const { examples, ...others } = schema;
    const known = { weight: 6, arbitrary: fc.constantFrom(...examples) };
    return fc.oneof(known, { weight: 1, arbitrary: inner(others) });
  }
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const types = [schema.type ?? "any"].flat();
  return fc.oneof(...types.map((type) => valuesOfType(type, schema, inner)));
}

function valuesOfType(
  type: string,
  schema: Schema,
  inner: (each: Schema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  switch (type) {
    case "string":
      return schema.pattern === undefined ? anyName : textsOf(schema.pattern);
    case "number":
      return numbersOf(schema);
    case "integer":
      return numbersOf(schema).map(Math.round);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(inner(schema.items ?? {}), { maxLength: 3 });
    case "object":
      return objectsOf(schema, inner);
    default:
      return fc.oneof(
        { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
        { weight: 4, arbitrary: anyRule },
      );
  }
}

/** Where no pattern says what a text is, it is a name. */
const anyName = fc.oneof(fc.constantFrom("web", "mine"), anyText);

const anyRule = fc.constantFrom<unknown>(
  true,
  { ">": [{ var: "cpu.usage" }, { var: "cpu.limits.upper" }] },
  { ">=": [{ var: "events.scale.up" }, 1] },
  { and: [true, false] },
  { "<": [1] },
);

const textsOf = (pattern: string): fc.Arbitrary<string> => {
  try {
    return fc.stringMatching(new RegExp(pattern), { maxLength: 20 });
  } catch {
    // It looks around, which no text can be made from.
    return anyText;
  }
};

function numbersOf({ minimum = -10, maximum = 1000 }: Schema): fc.Arbitrary<number> {
  const inside = fc.double({ min: minimum, max: maximum, noNaN: true });
  const whole = fc.integer({ min: Math.ceil(minimum), max: Math.max(Math.ceil(minimum), maximum) });
  return fc.oneof(
    { weight: 2, arbitrary: inside },
    { weight: 6, arbitrary: whole },
    {
      weight: 1,
      arbitrary: fc.constantFrom(minimum, maximum, minimum - 1, maximum + 1, 1e308, -0),
    },
  );
}

const objectsOf = (
  { properties = {}, required = [] }: Schema,
  inner: (each: Schema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> =>
  fc.record(
    Object.fromEntries(Object.entries(properties).map(([key, each]) => [key, inner(each)])),
    { requiredKeys: [...required] },
  );
