import type { Resource, Structure } from "@sc/contracts";
import {
  duration,
  lastChange,
  limit,
  mode,
  numberIfKnown,
  percent,
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
  const resources = table(["cpu", "mem"] as const, resourceColumns(structure));
  const accounts = table(accountsOf(structure), accountColumns);
  const recommended = (["cpu", "mem"] as const).flatMap((each) => recommendedOf(structure, each));
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

interface Recommended extends NonNullable<Structure["resources"][Resource]["recommended"]> {
  readonly resource: Resource;
}

const recommendedOf = ({ resources }: Structure, resource: Resource): readonly Recommended[] => {
  const { recommended } = resources[resource];
  return recommended === undefined ? [] : [{ resource, ...recommended }];
};

const recommendedColumns: readonly Column<Recommended>[] = [
  { title: "RECOMMENDED", text: ({ resource }) => `${resource} (${units[resource]})` },
  { title: "LIMIT", text: ({ limit: recommended }) => limit(recommended), isNumber: true },
  { title: "FOLLOWED FOR", text: ({ seconds }) => duration(seconds), isNumber: true },
  { title: "UTILIZATION", text: (each) => percent(each.utilization), isNumber: true },
  { title: "SHORT FOR", text: ({ shortSeconds }) => duration(shortSeconds), isNumber: true },
  { title: "CHANGES", text: ({ changes }) => String(changes), isNumber: true },
];

const units = { cpu: "shares", mem: "MiB" } as const;

function resourceColumns({ resources }: Structure): readonly Column<Resource>[] {
  return [
    { title: "RESOURCE", text: (resource) => `${resource} (${units[resource]})` },
    { title: "MODE", text: (resource) => resources[resource].mode },
    { title: "POLICY", text: (resource) => resources[resource].policy },
    { title: "USED", text: (resource) => numberIfKnown(resources[resource].used), isNumber: true },
    { title: "LIMIT", text: (resource) => limit(resources[resource].current), isNumber: true },
    { title: "FIRST", text: (resource) => limit(resources[resource].first), isNumber: true },
    { title: "MIN", text: (resource) => limit(resources[resource].min), isNumber: true },
    { title: "MAX", text: (resource) => limit(resources[resource].max), isNumber: true },
    { title: "LOWER", text: (resource) => limit(resources[resource].lower), isNumber: true },
    { title: "UPPER", text: (resource) => limit(resources[resource].upper), isNumber: true },
    {
      title: "BOUNDARY",
      text: (resource) => {
        const { boundaryPercent, boundaryOf } = resources[resource];
        return `${boundaryPercent} % of ${boundaryOf}`;
      },
    },
    { title: "PRIORITY", text: (resource) => String(resources[resource].priority), isNumber: true },
  ];
}
