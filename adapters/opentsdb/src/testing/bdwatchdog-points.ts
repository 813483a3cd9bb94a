/** A point as an unmodified sender of BDWatchdog writes it: numbers as text. */
export interface SentPoint {
  readonly metric: string;
  readonly timestamp: string;
  readonly value: string;
  readonly tags: Readonly<Record<string, string>>;
}

const point = (
  metric: string,
  stamp: number,
  { value, tags }: { readonly value: number; readonly tags: Readonly<Record<string, string>> },
): SentPoint => ({ metric, timestamp: String(stamp), value: value.toFixed(2), tags });

export interface SentProcess {
  readonly pid: string;
  readonly user: number;
  readonly kernel: number;
  readonly residentMb: number;
}

/** One sample of one machine, in the order in which atop prints it: the machine, then cpu, memory, disk. */
export function sampleOfHost(
  host: string,
  stamp: number,
  processes: readonly SentProcess[],
): readonly SentPoint[] {
  const of = ({ pid }: SentProcess) => ({ host, pid, command: `command${pid}` });
  const own = { host };
  return [
    point("sys.cpu.usage", stamp, { value: 26.4, tags: own }),
    point("sys.cpu.user", stamp, { value: 15, tags: { host, core: "0" } }),
    point("sys.mem.free", stamp, { value: 22_110.26, tags: own }),
    point("sys.disk.read.mb", stamp, { value: 0.95, tags: { host, disk: "vda" } }),
    ...processes.flatMap((each) => [
      point("proc.cpu.user", stamp, { value: each.user, tags: of(each) }),
      point("proc.cpu.kernel", stamp, { value: each.kernel, tags: of(each) }),
    ]),
    ...processes.flatMap((each) => [
      point("proc.mem.virtual", stamp, { value: each.residentMb * 3, tags: of(each) }),
      point("proc.mem.resident", stamp, { value: each.residentMb, tags: of(each) }),
    ]),
  ];
}
