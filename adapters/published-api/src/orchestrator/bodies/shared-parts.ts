import {
  type Boundary,
  type CataloguedResource,
  cataloguedResources,
  type RunState,
  runStates,
} from "@sc/domain";
import { invalid } from "../errors.ts";
import { Fields } from "./fields.ts";

export function resourceNameOf(text: string): CataloguedResource {
  const found = cataloguedResources.find((name) => name === text);
  if (found === undefined) throw invalid(`Resource '${text}' is not valid`);
  return found;
}

/** The name in the path is the one in the body. */
export function requireSameName(path: string, body: string): void {
  if (path !== body) throw invalid(`Name mismatch ${path} != ${body}`);
}

/** The resources of a part of a body; cpu and mem must be among them. */
export function resourcesIn(part: Fields, what: string): Fields {
  if (!part.has("resources")) throw invalid(`Missing resource ${what} information`);
  const resources = part.fields("resources", ` in ${what} resource information`);
  for (const name of ["cpu", "mem"]) {
    if (!resources.has(name)) throw invalid(`Missing '${name}' ${what} resource information`);
  }
  return resources;
}

export const fieldsOfResource = (resources: Fields, name: string): Fields =>
  resources.fields(name, ` for '${name}' resource`);

export function boundaryPercentOf(value: number | undefined): number {
  if (value !== undefined && value >= 0 && value <= 100) return value;
  throw invalid("a boundary is a number from 0 to 100, in percent");
}

export function boundaryOfText(text: string | undefined): Boundary["of"] {
  if (text === "percentage_of_max") return "max";
  if (text === "percentage_of_current") return "current";
  throw invalid("a boundary_type is percentage_of_max or percentage_of_current");
}

export type Boundaries = ReadonlyMap<CataloguedResource, Boundary>;

/** `limits` of a container or an application: margins, by resource. */
export function boundariesIn(body: Fields): Boundaries {
  const resources = resourcesIn(body.fields("limits"), "limits");
  return new Map(
    resources.keys.map((key) => {
      const limits = fieldsOfResource(resources, key);
      limits.require(["boundary", "boundary_type"]);
      const percent = boundaryPercentOf(limits.number("boundary"));
      const of = boundaryOfText(limits.text("boundary_type"));
      return [resourceNameOf(key), { percent, of }];
    }),
  );
}

export interface Band {
  readonly max: number;
  readonly min: number;
}

/** Where a limit may be; min is no more than max, which the original did not check. */
export function bandIn(fields: Fields, name: string): Band {
  const band = { max: fields.number("max"), min: fields.number("min") };
  if (band.min > band.max) throw invalid(`'min' for '${name}' resource is more than 'max'`);
  return band;
}

export const weightIn = (fields: Fields): { readonly weight?: number } =>
  fields.has("weight") ? { weight: fields.number("weight") } : {};

export function objectIn(body: unknown): Fields {
  return new Fields(body, "the body");
}

/** A margin is set beside the resources it is of, and may be left out. */
export function boundaryOf(
  boundaries: Boundaries,
  name: CataloguedResource,
): { readonly boundary?: Boundary } {
  const boundary = boundaries.get(name);
  return boundary === undefined ? {} : { boundary };
}

export function runStateOf(text: string): RunState {
  const state = runStates.find((each) => each === text.toLowerCase());
  if (state === undefined)
    throw invalid(`Invalid state: it must be one of ${runStates.join(", ")}`);
  return state;
}
