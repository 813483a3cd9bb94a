import type { Throttling } from "@sc/ports";
import { type FileOwner, GroupFile } from "./group-file.ts";
import { parseInteger, parseKeyed } from "./parse-numbers.ts";

/** Where one version of cgroup tells what was used, and in which unit. */
export interface CpuUseFormat {
  readonly usageFile: string;
  /** `undefined`: the file is the number. */
  readonly usageKey: Buffer | undefined;
  readonly throttledTimeKey: Buffer;
  readonly perSecond: number;
}

const statFile = "cpu.stat";
const periodsKey = Buffer.from("nr_periods");
const throttledPeriodsKey = Buffer.from("nr_throttled");

/** What a group used of the processors, and how often its quota held it. */
export class CpuUseFiles {
  readonly #format: CpuUseFormat;
  readonly #usage: GroupFile;
  readonly #stat: GroupFile;

  constructor(
    folders: { readonly usage: string; readonly cpu: string },
    owner: FileOwner,
    format: CpuUseFormat,
  ) {
    this.#format = format;
    this.#stat = new GroupFile(`${folders.cpu}/${statFile}`, owner);
    // One descriptor where both are in one file.
    const usagePath = `${folders.usage}/${format.usageFile}`;
    this.#usage = usagePath === this.#stat.path ? this.#stat : new GroupFile(usagePath, owner);
  }

  readUsedSeconds(): number | undefined {
    const content = this.#usage.read();
    if (content === undefined) return undefined;
    const { usageKey, perSecond } = this.#format;
    const { bytes, length } = content;
    const used =
      usageKey === undefined ? parseInteger(bytes, length) : parseKeyed(bytes, length, usageKey);
    return used === undefined ? undefined : used / perSecond;
  }

  readThrottling(): Throttling | undefined {
    const content = this.#stat.read();
    if (content === undefined) return undefined;
    const { bytes, length } = content;
    const periods = parseKeyed(bytes, length, periodsKey);
    const throttledPeriods = parseKeyed(bytes, length, throttledPeriodsKey);
    const throttled = parseKeyed(bytes, length, this.#format.throttledTimeKey);
    if (periods === undefined || throttledPeriods === undefined) return undefined;
    const throttledSeconds = (throttled ?? 0) / this.#format.perSecond;
    return { periods, throttledPeriods, throttledSeconds };
  }

  close(): void {
    this.#usage.close();
    this.#stat.close();
  }
}
