import { type Resource, resources } from "./resource.ts";

/**
 * What a client may write down of a structure: the resources that have limits, and two that have none
 * here: `energy` in watts, which is kept and answered for who steers by it, and `disk`, which some clients
 * give an application as a figure of its own.
 */
export const cataloguedResources = [...resources, "energy", "disk"] as const;
export type CataloguedResource = (typeof cataloguedResources)[number];

export type ByCatalogued<Value> = Readonly<Partial<Record<CataloguedResource, Value>>>;

/** Whether a catalogued resource is one that has limits. */
export const isLimited = (resource: CataloguedResource): resource is Resource =>
  resource !== "energy" && resource !== "disk";
