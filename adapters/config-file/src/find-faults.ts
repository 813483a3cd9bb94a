import { isIP } from "node:net";
import { type Configuration, expectedOf, resourceNames } from "@sc/contracts";
import { builtInPolicyNames } from "@sc/domain";
import { type TObject, type TSchema, Type } from "typebox";
import { Value } from "typebox/value";

export type KeyPath = readonly string[];

export interface Fault {
  readonly path: KeyPath;
  readonly text: string;
}

/**
 * Every fault of a document against its schema, each with the key it is about and the bound in
 * words. Walked here and not by the schema library, which stops after a few faults and speaks of
 * schemas where an operator expects a sentence.
 */
export function findFaults(schema: TSchema, value: unknown, path: KeyPath = []): readonly Fault[] {
  if (Type.IsObject(schema)) return faultsOfGroup(schema, value, path);
  if (Type.IsArray(schema) && Type.IsObject(schema.items) && Array.isArray(value)) {
    const faults = faultsOfEntries(schema.items, value, path);
    if (faults.length > 0) return faults;
    // A copy: what is missing is filled in, and the file is not changed by being looked at.
    if (Value.Check(schema, Value.Default(schema, structuredClone(value)))) return [];
  }
  if (Value.Check(schema, value)) return [];
  return [fault(path, `is ${show(value)}, expected ${expectedOf(schema)}`)];
}

function faultsOfGroup(schema: TObject, value: unknown, path: KeyPath): readonly Fault[] {
  if (!isGroup(value)) return [fault(path, `is ${show(value)}, expected a group of keys`)];
  const known = Object.keys(schema.properties);
  return Object.entries(value).flatMap(([key, child]) => {
    const childSchema = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (childSchema !== undefined) return findFaults(childSchema, child, [...path, key]);
    const text = `is not a known key; known here: ${known.join(", ")}`;
    return [{ path: [...path, key], text }];
  });
}

/** Of an entry every key without a default must be written. */
function faultsOfEntries(
  schema: TObject,
  entries: readonly unknown[],
  path: KeyPath,
): readonly Fault[] {
  return entries.flatMap((entry, index) => {
    const place = [...path, String(index)];
    const written = isGroup(entry) ? entry : {};
    const missing = Object.entries(schema.properties)
      .filter(
        ([key, child]) => isGroup(entry) && !Object.hasOwn(written, key) && !("default" in child),
      )
      .map(([key, child]) => fault([...place, key], `is missing, expected ${expectedOf(child)}`));
    return [...findFaults(schema, entry, place), ...missing];
  });
}

const hoursPerDay = 24;
/** What `sockaddr_un` holds besides its end; a longer path would be cut, or refused at the start. */
const socketBytesMax = 107;

/** What no single key can see: keys that contradict each other. */
export function findContradictions(configuration: Configuration): readonly Fault[] {
  const { serverlessRules: rules, sampling } = configuration;
  const faults: Fault[] = [];
  faults.push(...policyFaults(configuration));
  for (const resource of resourceNames) {
    for (const key of ["upEvents", "downEvents"] as const) {
      const value = rules[resource][key];
      if (value <= rules.eventTimeoutWindows) continue;
      const bound = `at most eventTimeoutWindows (${rules.eventTimeoutWindows})`;
      const why = "so many events never come together before they expire";
      const text = `is ${value}, expected ${bound}: ${why}`;
      faults.push(fault(["serverlessRules", resource, key], text));
    }
  }
  const windowSeconds = rules.windowSeconds ?? 0;
  if (windowSeconds > 0 && windowSeconds < sampling.autoSeconds) {
    const bound = `at least sampling.autoSeconds (${sampling.autoSeconds})`;
    const text = `is ${windowSeconds}, expected ${bound}`;
    faults.push(fault(["serverlessRules", "windowSeconds"], text));
  }
  const { history } = configuration;
  if (history.tenSecondDays * hoursPerDay < history.rawHours) {
    const text = `is ${history.tenSecondDays}, expected at least rawHours (${history.rawHours} h)`;
    faults.push(fault(["history", "tenSecondDays"], text));
  }
  if (history.minuteDays < history.tenSecondDays) {
    const bound = `at least tenSecondDays (${history.tenSecondDays})`;
    faults.push(fault(["history", "minuteDays"], `is ${history.minuteDays}, expected ${bound}`));
  }
  const names = history.outputs.map(({ name }) => name);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue;
    const text = `is "${name}", expected a name that no other output has`;
    faults.push(fault(["history", "outputs", String(index), "name"], text));
  }
  faults.push(...pullFaults(configuration));
  const socketBytes = Buffer.byteLength(configuration.api.socket);
  if (socketBytes > socketBytesMax) {
    const text = `has ${socketBytes} bytes, expected at most ${socketBytesMax}: the kernel's bound`;
    faults.push(fault(["api", "socket"], text));
  }
  faults.push(...compatibilityFaults(configuration));
  return faults;
}

/** What the pattern of an address lets pass, and routes that nothing would serve. */
function compatibilityFaults({ api, compatibility, monitor }: Configuration): readonly Fault[] {
  const { agent, open } = compatibility;
  const lists = [
    { path: ["compatibility", "allow"], entries: compatibility.allow },
    { path: ["compatibility", "agent", "allow"], entries: agent.allow },
    { path: ["monitor", "allow"], entries: monitor.allow },
  ];
  const wrong = lists.flatMap(({ path, entries }) =>
    entries.flatMap((entry, index) => {
      if (isIP(entry.split("/", 1)[0] ?? "") > 0) return [];
      return [fault([...path, String(index)], `is "${entry}", which is no address`)];
    }),
  );
  if (!open || api.listen !== null) return wrong;
  const text = "is null, expected an address: compatibility.open serves its routes there";
  return [...wrong, fault(["api", "listen"], text)];
}

/** Who pulls must know from where, and what. */
function pullFaults({ usage: { source, pull } }: Configuration): readonly Fault[] {
  if (source !== "pulled") return [];
  const faults: Fault[] = [];
  const why = "usage.source is pulled";
  if (pull.url === null) {
    faults.push(fault(["usage", "pull", "url"], `is empty, expected a URL: ${why}`));
  }
  const hasQuery = Object.values(pull.queries).some((query) => query !== null);
  if (pull.kind !== "opentsdb" && !hasQuery) {
    const text = `names no query, expected one for cpu or another resource: ${why}`;
    faults.push(fault(["usage", "pull", "queries"], text));
  }
  return faults;
}

/** A name is one policy's, and what decides where nobody chose is there. */
function policyFaults({ policies, defaults }: Configuration): readonly Fault[] {
  const faults: Fault[] = [];
  for (const resource of resourceNames) {
    const known = [...builtInPolicyNames[resource]];
    for (const [index, { name, resources }] of policies.entries()) {
      if (!resources.includes(resource)) continue;
      if (known.includes(name)) {
        const text = `is "${name}", expected a name that no other policy of ${resource} has`;
        faults.push(fault(["policies", String(index), "name"], text));
      }
      known.push(name);
    }
    const { policy } = defaults[resource];
    if (known.includes(policy)) continue;
    const text = `is "${policy}", expected one of ${known.join(", ")}`;
    faults.push(fault(["defaults", resource, "policy"], text));
  }
  return faults;
}

const fault = (path: KeyPath, text: string): Fault => ({ path, text });

export const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const shownMaxLength = 80;

/** What is wrong goes to the log and the terminal, and a URL may hold a password. */
const withoutSecrets = (text: string): string => text.replaceAll(/\/\/[^/\s"]*@/g, "//…@");

function show(value: unknown): string {
  if (value === undefined || value === null) return "empty";
  // JSON has no word for infinity.
  const text = typeof value === "number" ? String(value) : withoutSecrets(JSON.stringify(value));
  return text.length <= shownMaxLength ? text : `${text.slice(0, shownMaxLength)}…`;
}
