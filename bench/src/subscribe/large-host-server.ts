/*
 * The real server on the machine's real groups, for a host said to have 1 000 cores and memory for as many
 * containers: so many do not run here, and their limits are as real as any.
 */
import { LinuxHostReader } from "@sc/linux-host";
import { runServer } from "@sc/server";
import { cores, memMibTotal } from "./large-host.ts";

const machine = new LinuxHostReader();
await runServer({
  configPath: process.argv[2] ?? "",
  hostReader: {
    ...{ name: machine.name, bootId: machine.bootId, cores, memMibTotal },
    readCpuUsedSeconds: () => machine.readCpuUsedSeconds(),
    readMemory: () => ({ availableMib: memMibTotal, fullStallPercent: 0 }),
  },
});
process.exit(0);
