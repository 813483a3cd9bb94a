import { percentOfMachine } from "../recording.ts";
import type { TableFormat } from "./table-format.ts";

/** Averages over a data centre's machines, percent of capacity: DataCenter-Traces-Datasets. */
export const alibaba: TableFormat = {
  isHeader: (names) => names.has("cpu_util_percent") || names.has("mem_util_percent"),
  stampColumn: "timestamp",
  stepSeconds: 10,
  measures: () => [
    { resource: "cpu", kind: "demand", names: ["cpu_util_percent"], scale: percentOfMachine.cpu },
    { resource: "mem", kind: "usage", names: ["mem_util_percent"], scale: percentOfMachine.mem },
    { resource: "net", kind: "usage", names: ["net_in", "net_out"], scale: percentOfMachine.net },
    // What was read and written together; taken for written.
    {
      resource: "disk_write",
      kind: "usage",
      names: ["disk_io_percent"],
      scale: percentOfMachine.disk,
    },
  ],
};
