import { cpus, release, totalmem } from "node:os";

/** Where figures were made. */
export const machine = () => ({
  cores: cpus().length,
  model: cpus()[0]?.model ?? "unknown",
  memoryMib: Math.round(totalmem() / 1_048_576),
  kernel: release(),
  node: process.version,
});
