import type { CpuUseFormat } from "../files/cpu-use-files.ts";
import type { FreezerFormat } from "../files/freezer-file.ts";

export const cpuUseFormat: CpuUseFormat = {
  usageFile: "cpuacct.usage",
  usageKey: undefined,
  throttledTimeKey: Buffer.from("throttled_time"),
  perSecond: 1e9,
};

/** `FROZEN` and `FREEZING` begin like this, `THAWED` does not. */
const firstLetterOfFrozen = "F".charCodeAt(0);

export const freezerFormat: FreezerFormat = {
  file: "freezer.state",
  isFrozen: ({ bytes, length }) => length > 0 && bytes[0] === firstLetterOfFrozen,
};
