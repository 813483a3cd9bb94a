export { type CgroupsOptions, CgroupsV1 } from "./cgroups-v1.ts";
export { CgroupHierarchyMissing } from "./errors.ts";
export { type BlockingWriter, WorkerWriter } from "./files/blocking-writer.ts";
export { type KernelFiles, kernelFiles } from "./files/kernel-files.ts";
export { findHierarchies, type Hierarchies } from "./hierarchies.ts";
