import { err, ok, type Result } from "../../result.ts";
import type { CoreId } from "./cpu-topology.ts";

/** Why a text is no list of cores. */
export interface InvalidCpuList {
  readonly text: string;
}

/** More than the kernel can be built for; keeps a range from filling the memory. */
export const cpuListMaxCores = 8192;

const range = /^(\d{1,5})(?:-(\d{1,5}))?$/;

/** `0-2,5` → 0, 1, 2, 5, in the order they are written; nothing at all is the empty list. */
export function parseCpuList(text: string): Result<readonly CoreId[], InvalidCpuList> {
  const cores = new Set<CoreId>();
  const trimmed = text.trim();
  for (const part of trimmed === "" ? [] : trimmed.split(",")) {
    const [, first, last = first] = range.exec(part) ?? [];
    if (first === undefined) return invalid(`${JSON.stringify(part)} is no core and no range`);
    if (Number(first) > Number(last)) return invalid(`the range ${part} runs backwards`);
    if (Number(last) >= cpuListMaxCores) {
      return invalid(`${part} is beyond the ${cpuListMaxCores} cores a host can have`);
    }
    for (let core = Number(first); core <= Number(last); core += 1) {
      if (cores.has(core)) return invalid(`core ${core} is named twice`);
      cores.add(core);
    }
  }
  return ok([...cores]);
}

const invalid = (text: string) => err({ text });

/** 5, 0, 1, 2 → `0-2,5`: ascending, as the kernel itself writes it. */
export function formatCpuList(cores: readonly CoreId[]): string {
  const ranges: { readonly first: CoreId; last: CoreId }[] = [];
  for (const core of new Set(cores.toSorted((a, b) => a - b))) {
    const open = ranges.at(-1);
    if (open !== undefined && core === open.last + 1) open.last = core;
    else ranges.push({ first: core, last: core });
  }
  return ranges
    .map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`))
    .join(",");
}
