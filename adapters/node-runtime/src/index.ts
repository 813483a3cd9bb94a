export { NodeClock, NodeTimers } from "./clock.ts";
export { FolderUnsafe, LockHeld } from "./errors.ts";
export { type JsonLogOptions, LineLog, type LogLevel, logLevels } from "./log.ts";
export { takeOwnFolder } from "./own-folder.ts";
export { ProcessLock } from "./process-lock.ts";
