import type { PostedPart } from "@sc/ports";

/** What the senders of BDWatchdog post, and what each says of a container's use. */
const processMetrics: Readonly<Record<string, PostedPart | undefined>> = {
  "proc.cpu.user": "cpuUser",
  "proc.cpu.kernel": "cpuKernel",
  "proc.cpu.energy": undefined,
  "proc.mem.resident": "memResident",
  "proc.mem.virtual": "sign",
  "proc.mem.swap": "sign",
  "proc.disk.reads.mb": "diskReads",
  "proc.disk.writes.mb": "diskWrites",
  "proc.net.tcp.in.mb": "netIn",
  "proc.net.tcp.out.mb": "netOut",
  "proc.net.tcp.in.packets": undefined,
  "proc.net.tcp.out.packets": undefined,
  "proc.net.udp.in.mb": undefined,
  "proc.net.udp.out.mb": undefined,
  "proc.net.udp.in.packets": undefined,
  "proc.net.udp.out.packets": undefined,
};

/** Of the program that also posts processes: while it posts these, it would post those. */
const signsOfLife = [
  "sys.cpu.usage",
  "sys.cpu.kernel",
  "sys.cpu.user",
  "sys.cpu.idle",
  "sys.cpu.wait",
  "sys.mem.free",
  "sys.mem.usage",
  "sys.swap.free",
  "sys.disk.usage",
  "sys.disk.read.ios",
  "sys.disk.write.ios",
  "sys.disk.read.mb",
  "sys.disk.write.mb",
];

/** Of other programs, or of more than one. */
const otherMetrics = [
  "sys.net.in.mb",
  "sys.net.out.mb",
  "sys.net.usage",
  "sys.processors.temp",
  "sys.processors.energy",
  "sys.cpu.temp",
  "sys.cpu.energy",
  "sys.core.temp",
];

const parts = new Map<string, PostedPart | undefined>([
  ...Object.entries(processMetrics),
  ...signsOfLife.map((metric) => [metric, "sign"] as const),
  ...otherMetrics.map((metric) => [metric, undefined] as const),
]);

/** What snapshoters write: the state of structures and users, limits, settings of services. */
const stateMetric =
  /^((structure|user)\.(cpu|mem|disk_read|disk_write|net|disk|energy|accounting|tasks)|limit\.[a-z_]{1,40}|conf\.[A-Za-z_]{1,40})\.[A-Za-z_]{1,40}$/;

export const isKnownMetric = (metric: string): boolean =>
  parts.has(metric) || stateMetric.test(metric);

/** `undefined` = nothing of a container's use. */
export const partOf = (metric: string): PostedPart | undefined => parts.get(metric);

/** Every tag that one of these metrics has. */
export const knownTags: ReadonlySet<string> = new Set([
  "host",
  "pid",
  "command",
  "core",
  "cpu",
  "disk",
  "device",
  "port",
  "structure",
  "user",
  "service",
]);
