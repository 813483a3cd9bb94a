import { type Resource, type ResourceState, resourceNames, type Structure } from "@sc/contracts";
import {
  duration,
  lastChange,
  limit,
  mode,
  numberIfKnown,
  percent,
  resourceUnits,
  utilization,
} from "../output/describe-values.ts";
import { print } from "../output/print.ts";
import { type Column, pairs, table } from "../output/table.ts";
import type { Session } from "../session.ts";

export async function get(session: Session, name: string): Promise<void> {
  const structure = await session.api.structure(name);
  await print(session, structure, (data) => describeStructure(data, session.terminal.now()));
}

function describeStructure(structure: Structure, now: number): string {
  const facts = pairs([
    ["name", structure.name],
    ["host", structure.host],
    ["engine", structure.engine],
    ["mode", mode(structure)],
    ["watched", duration(structure.watchedSeconds)],
    ["throttled", percent(structure.throttledRatio)],
    ["last change", lastChange(structure.lastChange, now)],
    ["held", structure.held?.text ?? "no"],
  ]);
  const resources = table(resourcesOf(structure), resourceColumns);
  const accounts = table(accountsOf(structure), accountColumns);
  const recommended = resourcesOf(structure).flatMap(recommendedOf);
  const parts = [facts, resources, accounts];
  if (recommended.length > 0) parts.push(table(recommended, recommendedColumns));
  return parts.join("\n\n");
}

interface Account {
  readonly resource: Resource;
  readonly unit: string;
  readonly used: number;
  readonly allocated: number;
  readonly reserved: number;
}

const accountsOf = ({ accounting }: Structure): readonly Account[] => [
  {
    resource: "cpu",
    unit: "core-seconds",
    used: accounting.usedCoreSeconds,
    allocated: accounting.allocatedCoreSeconds,
    reserved: accounting.reservedCoreSeconds,
  },
  {
    resource: "mem",
    unit: "MiB-seconds",
    used: accounting.usedMibSeconds,
    allocated: accounting.allocatedMibSeconds,
    reserved: accounting.reservedMibSeconds,
  },
];

const accountColumns: readonly Column<Account>[] = [
  { title: "SINCE FIRST SEEN", text: ({ resource, unit }) => `${resource} (${unit})` },
  { title: "USED", text: ({ used }) => numberIfKnown(used), isNumber: true },
  { title: "ALLOCATED", text: ({ allocated }) => numberIfKnown(allocated), isNumber: true },
  { title: "RESERVED", text: ({ reserved }) => numberIfKnown(reserved), isNumber: true },
  {
    title: "UTILIZATION",
    text: ({ used, allocated }) => percent(utilization(used, allocated)),
    isNumber: true,
  },
];

interface Recommended extends NonNullable<ResourceState["recommended"]> {
  readonly resource: Resource;
}

const recommendedOf = ({ resource, recommended }: NamedResource): readonly Recommended[] =>
  recommended === undefined ? [] : [{ resource, ...recommended }];

const recommendedColumns: readonly Column<Recommended>[] = [
  { title: "RECOMMENDED", text: ({ resource }) => `${resource} (${resourceUnits[resource]})` },
  { title: "LIMIT", text: ({ limit: recommended }) => limit(recommended), isNumber: true },
  { title: "FOLLOWED FOR", text: ({ seconds }) => duration(seconds), isNumber: true },
  { title: "UTILIZATION", text: (each) => percent(each.utilization), isNumber: true },
  { title: "SHORT FOR", text: ({ shortSeconds }) => duration(shortSeconds), isNumber: true },
  { title: "CHANGES", text: ({ changes }) => String(changes), isNumber: true },
];

interface NamedResource extends ResourceState {
  readonly resource: Resource;
}

/** Of disk and network only what it has. */
const resourcesOf = ({ resources }: Structure): readonly NamedResource[] =>
  resourceNames.flatMap((resource) => {
    const state = resources[resource];
    return state === undefined ? [] : [{ resource, ...state }];
  });

const resourceColumns: readonly Column<NamedResource>[] = [
  { title: "RESOURCE", text: ({ resource }) => `${resource} (${resourceUnits[resource]})` },
  { title: "MODE", text: ({ mode: its }) => its },
  { title: "POLICY", text: ({ policy }) => policy },
  { title: "USED", text: ({ used }) => numberIfKnown(used), isNumber: true },
  { title: "LIMIT", text: ({ current }) => limit(current), isNumber: true },
  { title: "FIRST", text: ({ first }) => limit(first), isNumber: true },
  { title: "MIN", text: ({ min }) => limit(min), isNumber: true },
  { title: "MAX", text: ({ max }) => limit(max), isNumber: true },
  { title: "LOWER", text: ({ lower }) => limit(lower), isNumber: true },
  { title: "UPPER", text: ({ upper }) => limit(upper), isNumber: true },
  {
    title: "BOUNDARY",
    text: ({ boundaryPercent, boundaryOf }) => `${boundaryPercent} % of ${boundaryOf}`,
  },
  { title: "PRIORITY", text: ({ priority }) => String(priority), isNumber: true },
];
