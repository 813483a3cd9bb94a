import { asItIs, mbitPerSecond } from "../recording.ts";
import type { TableFormat } from "./table-format.ts";

/** Its pods use less than the kernel's least quota: 1 millicore is 0.1 shares, taken 100 times. */
const sharesOf = (millicores: number): number => (millicores / 10) * 100;

/** IntelligentDDS/Nezha, metrics of a pod: millicores, MiB, bytes in the step. */
export const nezha: TableFormat = {
  isHeader: (names) => names.has("timestamp") && names.has("cpuusage(m)"),
  stampColumn: "timestamp",
  stepSeconds: 60,
  measures: () => [
    { resource: "cpu", kind: "demand", names: ["cpuusage(m)"], scale: sharesOf },
    { resource: "mem", kind: "usage", names: ["memoryusage(mi)"], scale: asItIs },
    {
      resource: "net",
      kind: "usage",
      names: ["networkreceivebytes", "networktransmitbytes"],
      scale: mbitPerSecond,
    },
  ],
};
