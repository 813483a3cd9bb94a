import type { CpuUseFormat } from "../files/cpu-use-files.ts";
import type { FreezerFormat } from "../files/freezer-file.ts";
import { parseKeyed } from "../files/parse-numbers.ts";

export const cpuUseFormat: CpuUseFormat = {
  usageFile: "cpu.stat",
  usageKey: Buffer.from("usage_usec"),
  throttledTimeKey: Buffer.from("throttled_usec"),
  perSecond: 1e6,
};

const frozenKey = Buffer.from("frozen");

/** `cgroup.freeze` only says what was asked of this group; its events tell what is, also by a group above. */
export const freezerFormat: FreezerFormat = {
  file: "cgroup.events",
  isFrozen: ({ bytes, length }) => parseKeyed(bytes, length, frozenKey) === 1,
};
