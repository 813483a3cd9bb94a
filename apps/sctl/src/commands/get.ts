import type { Resource, Structure } from "@sc/contracts";
import {
  duration,
  lastChange,
  limit,
  mode,
  numberIfKnown,
  percent,
} from "../output/describe-values.ts";
import { print } from "../output/print.ts";
import { type Column, pairs, table } from "../output/table.ts";
import type { Session } from "../session.ts";

export async function get(session: Session, name: string): Promise<void> {
  const structure = await session.api.structure(name);
  await print(session, structure, (data) => describeStructure(data, session.terminal.now()));
}

function describeStructure(structure: Structure, now: number): string {
  const { accounting } = structure;
  const facts = pairs([
    ["name", structure.name],
    ["host", structure.host],
    ["engine", structure.engine],
    ["mode", mode(structure)],
    ["watched", duration(structure.watchedSeconds)],
    ["throttled", percent(structure.throttledRatio)],
    ["last change", lastChange(structure.lastChange, now)],
    ["held", structure.held?.text ?? "no"],
    ["used", `${numberIfKnown(accounting.usedCoreSeconds)} core-seconds`],
    ["allocated", `${numberIfKnown(accounting.allocatedCoreSeconds)} core-seconds`],
    ["reserved", `${numberIfKnown(accounting.reservedCoreSeconds)} core-seconds`],
    ["utilization", percent(utilization(structure))],
  ]);
  return `${facts}\n\n${table(["cpu", "mem"] as const, resourceColumns(structure))}`;
}

/** Used ÷ allocated, once something was allocated. */
const utilization = ({ accounting }: Structure): number | undefined =>
  accounting.allocatedCoreSeconds > 0
    ? accounting.usedCoreSeconds / accounting.allocatedCoreSeconds
    : undefined;

const units = { cpu: "shares", mem: "MiB" } as const;

function resourceColumns({ resources }: Structure): readonly Column<Resource>[] {
  return [
    { title: "RESOURCE", text: (resource) => `${resource} (${units[resource]})` },
    { title: "MODE", text: (resource) => resources[resource].mode },
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
