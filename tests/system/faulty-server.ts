/*
 * The server, with one call on the kernel's files that goes wrong: the first write of a quota. What
 * goes wrong is named by the environment variable FAULT; all else is the real thing.
 */
import { rmdirSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { type KernelFiles, kernelFiles } from "@sc/cgroup";
import { runServer } from "@sc/server";

const die = (): void => {
  process.kill(process.pid, "SIGKILL");
};

const faults: Readonly<Record<string, (path: string, write: () => void) => void>> = {
  "die before the write": die,
  "die after the write": (_path, write) => {
    write();
    die();
  },
  "container ends before the write": (path, write) => {
    rmdirSync(dirname(path));
    write();
  },
};

function withFaultAtFirstQuota(fault: (path: string, write: () => void) => void): KernelFiles {
  const paths = new Map<number, string>();
  let isDue = true;
  return {
    ...kernelFiles,
    open: (path, flags) => {
      const descriptor = kernelFiles.open(path, flags);
      paths.set(descriptor, path);
      return descriptor;
    },
    write: (descriptor, text) => {
      const path = paths.get(descriptor) ?? "";
      const write = (): void => kernelFiles.write(descriptor, text);
      if (!isDue || !path.endsWith("/cpu.cfs_quota_us")) return write();
      isDue = false;
      fault(path, write);
    },
  };
}

const { values } = parseArgs({ options: { config: { type: "string" } } });
const fault = faults[process.env.FAULT ?? ""];
if (fault === undefined || values.config === undefined) throw new Error("FAULT names no fault");
await runServer({ configPath: values.config, kernelFiles: withFaultAtFirstQuota(fault) });
process.exit(0);
