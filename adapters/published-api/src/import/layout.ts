/**
 * `layout.json`: which containers are on which host, and which applications they make. The published
 * scripts read names from it, so a name is enough: what it leaves out is what those scripts say of a host,
 * and what a container has now.
 */
import type { Orchestration } from "@sc/ports";
import { fieldIn, type PublishedDocument } from "../translate/published-document.ts";
import type { Findings } from "./plan-documents.ts";
import type { Structures } from "./structures.ts";

/** As `subscribe_host.sh` declares one. */
const usualHost = { cpu: { max: 800, free: 800 }, mem: { max: 24_576, free: 24_576 } };

const known = new Set(["hosts", "containers", "apps", "applications", "users"]);

export interface LayoutDeps {
  readonly orchestration: Pick<Orchestration, "structure">;
  readonly structures: Structures;
  readonly found: Findings;
}

export function addLayout(file: string, layout: PublishedDocument, deps: LayoutDeps): void {
  const { found, structures } = deps;
  for (const key of Object.keys(layout)) {
    if (!known.has(key)) found.leftOut.push({ file, field: key, text: "is not known in a layout" });
  }
  const hosts = entriesIn(file, layout, "hosts", found);
  const ofHosts = hosts.flatMap(({ name, fields }) => {
    structures.add(file, {
      resources: resourcesOf(fields, usualHost),
      ...base(fields, "host", name),
    });
    const inside = { containers: fieldIn(fields, "containers") ?? [] };
    return entriesIn(file, inside, "containers", found).map((each) => ({ ...each, host: name }));
  });
  const [only, ...others] = hosts;
  const beside = entriesIn(file, layout, "containers", found).map((each) => {
    const host = fieldIn(each.fields, "host") ?? (others.length === 0 ? only?.name : undefined);
    return { ...each, host: typeof host === "string" ? host : undefined };
  });
  const containers = [...ofHosts, ...beside].flatMap(({ name, host, fields }) => {
    if (host === undefined) {
      found.faults.push({ file, field: `container ${name}`, text: "host is missing" });
      return [];
    }
    const resources = withinMax(resourcesOf(fields, presentOf(name, deps)));
    const document = { resources, ...base(fields, "container", name), host };
    structures.add(file, document);
    return [{ name, resources }];
  });
  for (const key of ["apps", "applications"]) {
    for (const { name, fields } of entriesIn(file, layout, key, found)) {
      const members = namesIn(fieldIn(fields, "containers"));
      const its = containers.filter((each) => members.includes(each.name));
      const resources = resourcesOf(fields, sumOf(its));
      const document = { resources, ...base(fields, "application", name), containers: members };
      structures.add(file, document);
    }
  }
  for (const { name, fields } of entriesIn(file, layout, "users", found)) {
    structures.add(file, base(fields, "user", name));
  }
}

interface Entry {
  readonly name: string;
  readonly fields: PublishedDocument;
}

/** A list of names or objects, or objects by name. */
function entriesIn(
  file: string,
  layout: PublishedDocument,
  key: string,
  found: Findings,
): readonly Entry[] {
  const value = fieldIn(layout, key);
  if (value === undefined) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : named(value);
  return list.flatMap((each, index): readonly Entry[] => {
    const name = typeof each === "string" ? each : fieldIn(each, "name");
    if (typeof name === "string" && name !== "") {
      return [{ name, fields: isObject(each) ? each : {} }];
    }
    found.faults.push({ file, field: `${key}.${index}`, text: "is neither a name nor has one" });
    return [];
  });
}

const named = (value: unknown): readonly unknown[] =>
  Object.entries(isObject(value) ? value : {}).map(([name, fields]) =>
    isObject(fields) ? { name, ...fields } : { name },
  );

const base = (fields: PublishedDocument, subtype: string, name: string): PublishedDocument => ({
  ...fields,
  name,
  subtype,
});

/** `resources`, or a resource beside the name; a number is all of it. */
function resourcesOf(fields: PublishedDocument, usual: PublishedDocument): PublishedDocument {
  const written = fieldIn(fields, "resources") ?? {};
  const beside = ["cpu", "mem", "energy"].flatMap((resource) => {
    const value = fieldIn(fields, resource);
    if (value === undefined) return [];
    return [[resource, isObject(value) ? value : { max: value, free: value }] as const];
  });
  const all = { ...Object.fromEntries(beside), ...(isObject(written) ? written : {}) };
  const whole = Object.entries(all).map(([resource, value]: [string, unknown]) => {
    const before = fieldIn(usual, resource);
    return [resource, isObject(value) && isObject(before) ? { ...before, ...value } : value];
  });
  return { ...usual, ...Object.fromEntries(whole) };
}

/** A container that has no limit, or another, starts with the most it may have from now on. */
const withinMax = (resources: PublishedDocument): PublishedDocument =>
  Object.fromEntries(
    Object.entries(resources).map(([resource, value]: [string, unknown]) => {
      const [min, max, current] = ["min", "max", "current"].map((key) => fieldIn(value, key));
      if (!isObject(value) || typeof max !== "number") return [resource, value];
      const most = (number: unknown) => (typeof number === "number" ? Math.min(number, max) : max);
      const least = typeof min === "number" ? { min: most(min) } : {};
      return [resource, { ...value, ...least, current: most(current) }];
    }),
  );

/** What is in force of a container that runs here. */
function presentOf(name: string, { orchestration }: LayoutDeps): PublishedDocument {
  const view = orchestration.structure(name);
  if (!view.ok) return {};
  const { cpu, mem } = view.value.resources;
  const of = ({ min, max, current }: typeof cpu) => ({
    min,
    max,
    current: current ?? max,
    guard: false,
  });
  return { cpu: of(cpu), mem: of(mem) };
}

function sumOf(
  containers: readonly { readonly resources: PublishedDocument }[],
): PublishedDocument {
  const sum = (resource: string, key: string): number =>
    containers.reduce((total, { resources }) => {
      const value = Number(fieldIn(fieldIn(resources, resource), key));
      return Number.isFinite(value) ? total + value : total;
    }, 0);
  const of = (resource: string) => ({
    min: sum(resource, "min"),
    max: sum(resource, "max"),
    guard: false,
  });
  return containers.length === 0 ? {} : { cpu: of("cpu"), mem: of("mem") };
}

const namesIn = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : []).flatMap((each: unknown) => {
    const name = typeof each === "string" ? each : fieldIn(each, "name");
    return typeof name === "string" ? [name] : [];
  });

const isObject = (value: unknown): value is PublishedDocument =>
  typeof value === "object" && value !== null && !Array.isArray(value);
