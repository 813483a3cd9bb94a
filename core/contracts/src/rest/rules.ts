import { type Static, Type } from "typebox";
import { list, resourceSchema } from "./values.ts";

const closed = { additionalProperties: false };
const directionSchema = Type.Enum(["up", "down"]);
/** JsonLogic. What may stand in it is judged inside, with the place in the answer. */
const condition = Type.Unknown({ description: "JsonLogic over what a rule may look at" });

/**
 * Alternatives that are told apart by one key: the answer to a fault is about the alternative that
 * was meant, and not about all of them.
 */
const alternatives = <Value>(key: string, schemas: readonly object[]) =>
  Type.Unsafe<Value>({
    type: "object",
    discriminator: { propertyName: key },
    oneOf: schemas,
  });

const amount = Type.Number({
  minimum: -1_000_000_000,
  maximum: 1_000_000_000,
  expected: "a number from -1000000000 to 1000000000",
});
const rescales = [
  Type.Object({ kind: Type.Literal("amount"), amount }, closed),
  Type.Object({ kind: Type.Literal("fit_to_usage") }, closed),
  Type.Object({ kind: Type.Literal("proportional"), amount }, closed),
] as const;
const rescaleSchema = alternatives<Static<(typeof rescales)[number]>>("kind", rescales);

const common = {
  /** The name in the path; where it is said again, it must be the same. */
  name: Type.Optional(Type.String()),
  resource: resourceSchema,
  isActive: Type.Boolean(),
  direction: directionSchema,
  condition,
};

const documents = [
  Type.Object({ kind: Type.Literal("event"), ...common }, closed),
  Type.Object(
    {
      kind: Type.Literal("request"),
      ...common,
      rescale: rescaleSchema,
      eventsToRemove: Type.Integer({
        minimum: 0,
        maximum: 1000,
        expected: "a whole number from 0 to 1000",
      }),
    },
    closed,
  ),
] as const;

/** A rule as people write it. */
export type RuleDocument = Static<(typeof documents)[number]>;
export const ruleDocumentSchema = alternatives<RuleDocument>("kind", documents);

export const ruleSchema = Type.Object({
  name: Type.String(),
  /** 0 = never changed. */
  revision: Type.Integer(),
  /** `preset`: ours, as it comes; `changed`: ours, changed by people; `own`: made by people. */
  origin: Type.Enum(["preset", "changed", "own"]),
  rule: ruleDocumentSchema,
});
export type Rule = Static<typeof ruleSchema>;

export const ruleListSchema = Type.Object({ rules: list(ruleSchema) });

/** A rule of ours is its preset again; one that people made is gone, and `rule` is left out. */
export const ruleRemovalSchema = Type.Object({
  name: Type.String(),
  rule: Type.Optional(Type.Unsafe<Rule | undefined>(ruleSchema)),
});
export type RuleRemoval = Static<typeof ruleRemovalSchema>;
