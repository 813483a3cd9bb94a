import { asItIs } from "../recording.ts";
import type { TableFormat } from "./table-format.ts";

/** What `sctl history NAME --output csv` writes. */
export const usageSheet: TableFormat = {
  isHeader: (names) =>
    names.has("stamp") && (names.has("cpusharesused") || names.has("memmibused")),
  stampColumn: "stamp",
  stepSeconds: 1,
  measures: ({ names, rows }) => {
    const structure = names.indexOf("structure");
    if (new Set(rows.map((cells) => cells[structure])).size > 1)
      return "more than one structure in one file";
    return [
      { resource: "cpu", kind: "usage", names: ["cpusharesused"], scale: asItIs },
      { resource: "mem", kind: "usage", names: ["memmibused"], scale: asItIs },
    ];
  },
};
