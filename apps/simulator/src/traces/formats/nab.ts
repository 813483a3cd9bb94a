import { mbitPerSecond, mibPerSecond, percentOfMachine } from "../recording.ts";
import { numberOf, type Table } from "../table.ts";
import type { NamedMeasure, TableFormat } from "./table-format.ts";

/** A machine may be measured a little above what it has. */
const mostPercent = 110;

/**
 * numenta/NAB: a moment and a value. What the value counts stands in no header: the name of the file
 * tells it, and where it does not, values that never pass 100 are a cpu's percent.
 */
export const nab: TableFormat = {
  isHeader: (names) => names.has("timestamp") && names.has("value"),
  stampColumn: "timestamp",
  stepSeconds: 300,
  measures: (table) => {
    const measure = byName.find(({ words }) => words.test(nameOf(table.path)))?.measure;
    const most = highest(table);
    if (measure === undefined && otherThings.test(nameOf(table.path)))
      return "its name says that it counts no resource of a container";
    if (measure !== undefined && measure.resource !== "cpu") return [measure];
    if (most <= mostPercent) return [cpuPercent];
    return measure === undefined
      ? "neither header nor file name tells what its values count, and they pass 100 %"
      : `a cpu's percent that reaches ${most}`;
  },
};

const names = ["value"];
const cpuPercent: NamedMeasure = {
  resource: "cpu",
  kind: "demand",
  names,
  scale: percentOfMachine.cpu,
};

const byName: readonly { readonly words: RegExp; readonly measure: NamedMeasure }[] = [
  {
    words: /disk_?-?read/,
    measure: { resource: "disk_read", kind: "usage", names, scale: mibPerSecond },
  },
  {
    words: /disk/,
    measure: { resource: "disk_write", kind: "usage", names, scale: mibPerSecond },
  },
  { words: /net/, measure: { resource: "net", kind: "usage", names, scale: mbitPerSecond } },
  { words: /cpu/, measure: cpuPercent },
];

/** Of the same collection, and not of a container. */
const otherThings = /latency|temperature|count|volume|taxi|tweet|twitter|speed|occupancy/;

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1).toLowerCase();

function highest(table: Table): number {
  const index = table.names.indexOf("value");
  return table.rows.reduce(
    (most, cells) => Math.max(most, numberOf(cells[index]?.trim() ?? "") ?? 0),
    0,
  );
}
