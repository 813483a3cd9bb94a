import { readFileSync } from "node:fs";
import { availableParallelism, hostname } from "node:os";
import type { HostReader, SocketTable } from "@sc/ports";
import {
  parseAvailableMib,
  parseBusySeconds,
  parseCpuTopology,
  parseFullStallPercent,
  parseMemTotalMib,
} from "./parse-proc.ts";

/** The machine as /proc tells it. */
export class LinuxHostReader implements HostReader {
  readonly name = hostname();
  readonly cores = countCores();
  readonly memMibTotal: number;
  readonly bootId: string;

  constructor() {
    this.memMibTotal = parseMemTotalMib(readFileSync("/proc/meminfo", "utf8")) ?? 0;
    this.bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  }

  readCpuTopology(): SocketTable | undefined {
    return parseCpuTopology(readIfThere("/proc/cpuinfo"));
  }

  readCpuUsedSeconds(): number | undefined {
    return parseBusySeconds(readIfThere("/proc/stat"));
  }

  readMemory(): { availableMib: number; fullStallPercent: number } | undefined {
    const availableMib = parseAvailableMib(readIfThere("/proc/meminfo"));
    if (availableMib === undefined) return undefined;
    // Kernels without PSI have no stalls to tell: then MemAvailable alone decides.
    const fullStallPercent = parseFullStallPercent(readIfThere("/proc/pressure/memory")) ?? 0;
    return { availableMib, fullStallPercent };
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** All that are online: our own process may be pinned to fewer. */
function countCores(): number {
  const lines = readIfThere("/proc/stat").match(/^cpu\d+ /gm);
  return lines?.length ?? availableParallelism();
}
