import type { Collection, Declared } from "@sc/api-client";
import { numberIfKnown } from "./describe-values.ts";
import { type Column, pairs, table } from "./table.ts";

const yesNo = (is: boolean | undefined): string => (is === undefined ? "-" : is ? "yes" : "no");
const listed = (names: readonly string[]): string => (names.length === 0 ? "-" : names.join(", "));

/** `300 free of 400` of a host, `120 of 50..300` of anything else. */
function figuresOf(one: Declared, resource: "cpu" | "mem"): string {
  if (one.kind === "host") {
    const capacity = one.resources[resource];
    if (capacity === undefined) return "-";
    return `${numberIfKnown(capacity.free)} free of ${numberIfKnown(capacity.max)}`;
  }
  const figures = one.resources[resource];
  if (figures === undefined) return "-";
  const { current, min, max } = figures;
  return `${numberIfKnown(current)} of ${numberIfKnown(min)}..${numberIfKnown(max)}`;
}

/** Where it belongs, and what belongs to it. */
function placeOf(one: Declared): string {
  switch (one.kind) {
    case "host":
      return one.placement;
    case "container":
      return one.application ?? "-";
    case "application":
      return one.user ?? "-";
    case "user":
      return "-";
    default:
      return one satisfies never;
  }
}

function membersOf(one: Declared): readonly string[] {
  if (one.kind === "container") return [];
  return one.kind === "user" ? one.applications : one.containers;
}

const name: Column<Declared> = { title: "NAME", text: (one) => one.name };
const cpu: Column<Declared> = { title: "CPU", text: (one) => figuresOf(one, "cpu") };
const mem: Column<Declared> = { title: "MEM", text: (one) => figuresOf(one, "mem") };
const guard: Column<Declared> = {
  title: "GUARDED",
  text: (one) => (one.kind === "user" ? "-" : yesNo(one.isGuarded)),
};
const place = (title: string): Column<Declared> => ({ title, text: placeOf });
const members = (title: string): Column<Declared> => ({
  title,
  text: (one) => listed(membersOf(one)),
});

const columns: Readonly<Record<Collection, readonly Column<Declared>[]>> = {
  hosts: [name, place("PLACEMENT"), cpu, mem, members("CONTAINERS")],
  subscriptions: [name, place("APPLICATION"), guard, cpu, mem],
  applications: [name, place("USER"), guard, cpu, mem, members("CONTAINERS")],
  users: [name, cpu, mem, members("APPLICATIONS")],
};

export const columnsOf = (collection: Collection): readonly Column<Declared>[] =>
  columns[collection];

interface ResourceRow {
  readonly resource: string;
  readonly figures: Readonly<Record<string, unknown>>;
}

/** Every figure that any resource of it has. */
function resourceTable(one: Declared): string {
  const rows = Object.entries(one.resources).map(
    ([resource, figures]): ResourceRow => ({ resource, figures: { ...figures } }),
  );
  const keys = [...new Set(rows.flatMap(({ figures }) => Object.keys(figures)))];
  return table<ResourceRow>(rows, [
    { title: "RESOURCE", text: ({ resource }) => resource },
    ...keys.map((key) => ({
      title: key === "isGuarded" ? "GUARDED" : key.toUpperCase(),
      text: ({ figures }: ResourceRow) => valueText(figures[key]),
    })),
  ]);
}

function valueText(value: unknown): string {
  if (typeof value === "boolean") return yesNo(value);
  if (typeof value === "number") return numberIfKnown(value);
  if (typeof value !== "object" || value === null || !("percent" in value)) return "-";
  return `${String(value.percent)} % of ${"of" in value ? String(value.of) : "max"}`;
}

export function describeDeclared(one: Declared): string {
  const lines: (readonly [string, string])[] = [
    ["name", one.name],
    ["kind", one.kind],
    ["revision", String(one.revision)],
  ];
  if (one.kind !== "user") {
    lines.push(["guarded", yesNo(one.isGuarded)], ["state", one.state ?? "-"]);
  }
  if (one.kind === "host") {
    lines.push(["placement", one.placement], ["disks", listed(one.disks.map((disk) => disk.name))]);
  }
  if (one.kind === "container") {
    lines.push(["host", one.host], ["application", placeOf(one)], ["runs", yesNo(one.isRunning)]);
  }
  if (one.kind === "application") lines.push(["user", placeOf(one)]);
  if (one.kind !== "container") lines.push(["members", listed(membersOf(one))]);
  return `${pairs(lines)}\n\n${resourceTable(one)}`;
}
