import { formatCpuList, limitIn, type RateResource, sharesPerCore } from "@sc/domain";
import type { AgentContainerView } from "@sc/ports";
import type { RescalerFaces } from "./rescaler-faces.ts";

/** Which parts are asked for, in the order in which they are shown. */
export const partNames = ["cpu", "mem", "disk_read", "disk_write", "energy", "net"] as const;
export type PartName = (typeof partNames)[number];
/** Those of a whole container: of the network the published node agent never told. */
export const wholeParts: readonly PartName[] = partNames.filter((part) => part !== "net");

/** `disk` stands for both ways. */
export function partsAsked(keys: readonly string[]): readonly PartName[] {
  const asked = new Set(keys);
  return partNames.filter(
    (part) => asked.has(part) || (asked.has("disk") && part.startsWith("disk_")),
  );
}

type Part = Readonly<Record<string, unknown>>;
type Facts = Pick<RescalerFaces, "energy" | "hostReader">;

/** A container as the published node agent tells of it; what cannot be read is `{}`. */
export const containerObject = (
  container: AgentContainerView,
  parts: readonly PartName[],
  facts: Facts,
): Readonly<Record<string, Part>> =>
  Object.fromEntries(parts.map((part) => [part, readers[part](container, facts)]));

const readers: Readonly<Record<PartName, (container: AgentContainerView, facts: Facts) => Part>> = {
  cpu: cpuPart,
  mem: ({ limits: { memMib } }) => {
    if (memMib === undefined) return {};
    return memMib === null
      ? { mem_limit: -1, unit: "unlimited" }
      : { mem_limit: memMib, unit: "M" };
  },
  disk_read: (container) => diskPart(container, "disk_read"),
  disk_write: (container) => diskPart(container, "disk_write"),
  energy: ({ facts: { name } }, { energy }) => {
    const watts = energy.read(name);
    if (watts !== undefined) return { energy_limit: watts };
    return { success: false, error: `Couldn't access file: no energy limit of ${name} was set` };
  },
  net: (container) => {
    const limit = limitIn(container.limits, "net");
    return limit === undefined ? {} : { net_limit: numberOf(limit), unit: "Mbit" };
  },
};

/** No cpuset is written, so a container may run on every core there is. */
function cpuPart({ limits }: AgentContainerView, { hostReader }: Facts): Part {
  const { cpu } = limits;
  if (cpu === undefined) return {};
  const { cores } = hostReader;
  const ofAll = cores * sharesPerCore;
  return {
    cpu_num: formatCpuList(coresOf(hostReader)),
    effective_num_cpus: cores,
    effective_cpu_limit: Math.min(cpu.quotaShares ?? ofAll, ofAll),
    cpu_allowance_limit: numberOf(cpu.quotaShares),
  };
}

/** By their numbers. */
export function coresOf(hostReader: Facts["hostReader"]): readonly number[] {
  const sockets = hostReader.readCpuTopology?.();
  if (sockets === undefined) return Array.from({ length: hostReader.cores }, (_, core) => core);
  return Object.values(sockets).flatMap((cores) => Object.values(cores).flat());
}

function diskPart({ limits, dataDisk }: AgentContainerView, resource: RateResource): Part {
  const limit = limitIn(limits, resource);
  if (dataDisk === undefined || limit === undefined) return {};
  const [major = "", minor = ""] = dataDisk.device.split(":");
  return {
    mountpoint: dataDisk.mountPoint,
    device_path: `/dev/${dataDisk.name}`,
    major,
    minor,
    // MiB per second; the published word is wrong, and read by nobody.
    unit: "Mbit",
    [`${resource}_limit`]: numberOf(limit),
  };
}

const numberOf = (limit: number | null): number => limit ?? -1;
