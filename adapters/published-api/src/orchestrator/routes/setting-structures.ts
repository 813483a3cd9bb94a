import type { CataloguedResource } from "@sc/domain";
import type { CatalogueResourceUpdate, CatalogueUpdate } from "@sc/ports";
import { sentNamesIn, sentNumberIn, sentValueIn } from "../bodies/sent-value.ts";
import {
  boundaryOfText,
  boundaryPercentOf,
  resourceNameOf,
  runStateOf,
} from "../bodies/shared-parts.ts";
import { numberOf, textOf } from "../bodies/values.ts";
import { invalid } from "../errors.ts";
import type { PublishedFaces } from "../faces.ts";
import { granted } from "../granted.ts";
import { changing, type PublishedRoute, type Question } from "../published-route.ts";
import { structureKinds } from "./reading-structures.ts";

/** What a question asks to be changed of the structure that its path names. */
type UpdateIn = (question: Question) => CatalogueUpdate;

const setting = (path: string, updateIn: UpdateIn, rest: { hasBody?: true } = {}): PublishedRoute =>
  changing(
    `/structure/<name>${path}`,
    async (question: Question, { catalogue }: PublishedFaces) => {
      const { name = "" } = question.parameters;
      granted(await catalogue.update({ name, kinds: structureKinds }, updateIn(question)));
    },
    rest,
  );

const ofResource = (
  { parameters: { resource = "" } }: Question,
  update: CatalogueResourceUpdate,
): CatalogueUpdate => ({ resources: { [resourceNameOf(resource)]: update } });

const ofEach = (names: readonly string[], update: CatalogueResourceUpdate): CatalogueUpdate => ({
  resources: Object.fromEntries(names.map((name) => [resourceNameOf(name), update])),
});

type Parameter = "max" | "min" | "weight" | "current";

/** Of energy also what is in force, as nobody here measures it. */
const parametersOf = (resource: CataloguedResource): readonly Parameter[] =>
  resource === "energy" ? ["max", "min", "weight", "current"] : ["max", "min", "weight"];

/** One figure of one resource, where it is one that can be set. */
export function parameterUpdate(
  question: Question,
  settable: (resource: CataloguedResource) => readonly Parameter[],
): CatalogueUpdate {
  const { resource = "", parameter = "" } = question.parameters;
  const known = settable(resourceNameOf(resource));
  const found = known.find((each) => each === parameter);
  if (found !== undefined) return ofResource(question, { [found]: sentNumberIn(question.body) });
  throw invalid(`Invalid parameter state: '${parameter}' is none of ${known.join(", ")}`);
}

const guardRoutes = (verb: "guard" | "unguard"): readonly PublishedRoute[] => {
  const isGuarded = verb === "guard";
  return [
    setting(`/${verb}`, () => ({ isGuarded })),
    setting(`/resources/<resource>/${verb}`, (question) => ofResource(question, { isGuarded })),
    setting(`/resources/${verb}`, ({ body }) => ofEach(sentNamesIn(body), { isGuarded }), {
      hasBody: true,
    }),
  ];
};

export const structureSettingRoutes: readonly PublishedRoute[] = [
  ...guardRoutes("guard"),
  ...guardRoutes("unguard"),
  setting("/state/<state>", ({ parameters: { state = "" } }) => ({ state: runStateOf(state) })),
  setting(
    "/resources/<resource>/<parameter>",
    (question) => parameterUpdate(question, parametersOf),
    { hasBody: true },
  ),
  setting(
    "/limits/<resource>/boundary",
    (question) => {
      const boundaryPercent = boundaryPercentOf(numberOf(sentValueIn(question.body)));
      return ofResource(question, { boundaryPercent });
    },
    { hasBody: true },
  ),
  setting(
    "/limits/<resource>/boundary_type",
    (question) => {
      const boundaryOf = boundaryOfText(textOf(sentValueIn(question.body)));
      return ofResource(question, { boundaryOf });
    },
    { hasBody: true },
  ),
];
