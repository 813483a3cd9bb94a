import { asItIs } from "../recording.ts";
import type { NamedMeasure, TableFormat } from "./table-format.ts";

/** Our own table, for whoever has measurements of another kind: docs/operating/simulating.md. */
export const plain: TableFormat = {
  isHeader: (names) => names.has("seconds"),
  stampColumn: "seconds",
  stepSeconds: 1,
  measures: ({ names }) =>
    names.includes("requests_per_second") && names.includes("cpu_shares")
      ? "requests_per_second and cpu_shares both tell of cpu: leave one out"
      : measures,
};

const measures: readonly NamedMeasure[] = [
  { resource: "cpu", kind: "requests", names: ["requests_per_second"], scale: asItIs },
  { resource: "cpu", kind: "demand", names: ["cpu_shares"], scale: asItIs },
  { resource: "mem", kind: "usage", names: ["mem_mib"], scale: asItIs },
  { resource: "disk_read", kind: "usage", names: ["disk_read_mib_per_second"], scale: asItIs },
  { resource: "disk_write", kind: "usage", names: ["disk_write_mib_per_second"], scale: asItIs },
  { resource: "net", kind: "usage", names: ["net_mbit_per_second"], scale: asItIs },
];
