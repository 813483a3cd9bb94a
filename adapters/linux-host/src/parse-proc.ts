import type { SocketTable } from "@sc/ports";

/** Clock ticks of /proc/stat are hundredths of a second on every Linux that runs Node. */
const ticksPerSecond = 100;
const kibPerMib = 1024;

/**
 * Core-seconds that were not idle, from /proc/stat: user + nice + system + irq + softirq + steal.
 * Guest time is in user already, and waiting for a disk is idle.
 */
export function parseBusySeconds(stat: string): number | undefined {
  const line = /^cpu +(.*)$/m.exec(stat)?.[1];
  if (line === undefined) return undefined;
  const [user, nice, system, , , irq, softirq, steal] = line.split(" ").map(Number);
  // Missing is never zero: a line that is cut off gives no number.
  const ticks = [user, nice, system, irq, softirq, steal].reduce<number>(
    (sum, value) => sum + (value ?? Number.NaN),
    0,
  );
  return Number.isFinite(ticks) ? ticks / ticksPerSecond : undefined;
}

export const parseMemTotalMib = (meminfo: string): number | undefined =>
  parseKib(meminfo, /^MemTotal: +(\d+) kB$/m);

export const parseAvailableMib = (meminfo: string): number | undefined =>
  parseKib(meminfo, /^MemAvailable: +(\d+) kB$/m);

function parseKib(text: string, pattern: RegExp): number | undefined {
  const kib = finite(pattern.exec(text)?.[1]);
  return kib === undefined ? undefined : kib / kibPerMib;
}

/** Percent of the last 10 s in which all tasks waited for memory. */
export const parseFullStallPercent = (pressure: string): number | undefined =>
  finite(/^full avg10=([\d.]+)/m.exec(pressure)?.[1]);

/** `1.2.3` is no number, and a row of digits may be more than a double can hold. */
function finite(digits: string | undefined): number | undefined {
  const number = Number(digits);
  return Number.isFinite(number) ? number : undefined;
}

/**
 * Of /proc/cpuinfo, which names those that are online alone. Machines that tell of no sockets (virtual ones,
 * ARM) have one, with a core for each thread. `undefined`: it names no processor.
 */
export function parseCpuTopology(cpuinfo: string): SocketTable | undefined {
  const sockets: Record<string, Record<string, number[]>> = {};
  for (const block of cpuinfo.split(/\n\s*\n/)) {
    const numberOf = (key: string): string | undefined =>
      new RegExp(`^${key}\\s*: (\\d{1,6})$`, "m").exec(block)?.[1];
    const processor = numberOf("processor");
    if (processor === undefined) continue;
    const socket = numberOf("physical id") ?? "0";
    const core = numberOf("core id") ?? processor;
    const cores = sockets[socket] ?? {};
    sockets[socket] = cores;
    const threads = cores[core] ?? [];
    cores[core] = threads;
    threads.push(Number(processor));
  }
  return Object.keys(sockets).length === 0 ? undefined : sockets;
}
