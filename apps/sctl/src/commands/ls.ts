import type { Structure } from "@sc/contracts";
import { lastChange, limit, mode, numberIfKnown, percent } from "../output/describe-values.ts";
import { print } from "../output/print.ts";
import { type Column, table } from "../output/table.ts";
import type { Session } from "../session.ts";

export async function ls(session: Session): Promise<void> {
  const structures = await session.api.structures();
  const sorted = structures.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  await print(session, sorted, (rows) => structureTable(rows, session.terminal.now()));
}

/** Shares of a core in hundredths, as everywhere: 100 = one core. */
export function structureTable(structures: readonly Structure[], now: number): string {
  if (structures.length === 0) return "no containers are running";
  const columns: readonly Column<Structure>[] = [
    { title: "NAME", text: ({ name }) => name },
    { title: "ENGINE", text: ({ engine }) => engine },
    { title: "MODE", text: mode },
    { title: "USED", text: ({ resources }) => numberIfKnown(resources.cpu.used), isNumber: true },
    { title: "LIMIT", text: ({ resources }) => limit(resources.cpu.current), isNumber: true },
    { title: "MAX", text: ({ resources }) => limit(resources.cpu.max), isNumber: true },
    { title: "THROTTLED", text: ({ throttledRatio }) => percent(throttledRatio), isNumber: true },
    { title: "LAST CHANGE", text: (structure) => lastChange(structure.lastChange, now) },
  ];
  return table(structures, columns);
}
