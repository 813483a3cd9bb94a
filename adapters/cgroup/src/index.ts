export { type CgroupsOptions, KernelCgroups } from "./cgroups.ts";
export { CgroupHierarchyMissing } from "./errors.ts";
export { type BlockingWriter, WorkerWriter } from "./files/blocking-writer.ts";
export { type KernelFiles, kernelFiles } from "./files/kernel-files.ts";
export { cpuVersion, findHierarchies, type Hierarchies, memoryVersion } from "./hierarchies.ts";
