import type { Structure } from "@sc/contracts";
import { lastChange, limit, mode, numberIfKnown, percent } from "../output/describe-values.ts";
import { print } from "../output/print.ts";
import { type Column, cut, table } from "../output/table.ts";
import type { Session, Terminal } from "../session.ts";

export async function ls(session: Session): Promise<void> {
  const structures = await session.api.structures();
  const sorted = structures.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  await print(session, sorted, (rows) => structureTable(rows, session.terminal));
}

/** cpu in shares of a core in hundredths, as everywhere: 100 = one core. */
export function structureTable(structures: readonly Structure[], terminal: Terminal): string {
  if (structures.length === 0) return "no containers are running";
  const now = terminal.now();
  const columns: readonly Column<Structure>[] = [
    { title: "NAME", text: ({ name }) => name },
    { title: "ENGINE", text: ({ engine }) => engine },
    { title: "MODE", text: mode },
    { title: "CPU", text: ({ resources }) => numberIfKnown(resources.cpu.used), isNumber: true },
    { title: "LIMIT", text: ({ resources }) => limit(resources.cpu.current), isNumber: true },
    { title: "MAX", text: ({ resources }) => limit(resources.cpu.max), isNumber: true },
    { title: "THROTTLED", text: ({ throttledRatio }) => percent(throttledRatio), isNumber: true },
    { title: "MIB", text: ({ resources }) => whole(resources.mem.used), isNumber: true },
    { title: "OF", text: ({ resources }) => whole(resources.mem.current), isNumber: true },
    { title: "LAST CHANGE", text: (structure) => lastChange(structure.lastChange, now) },
  ];
  const lines = table(structures, columns);
  // What reads a pipe gets everything; a person is not served by lines that wrap.
  return terminal.isInteractive ? cut(lines, terminal.columns) : lines;
}

const whole = (mib: number | null | undefined): string =>
  limit(typeof mib === "number" ? Math.round(mib) : mib);
