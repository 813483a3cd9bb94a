export { LeaseFile, type LeaseFileOptions } from "./lease-file.ts";
export type { SpawnWatcher } from "./watcher.ts";
