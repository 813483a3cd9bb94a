export { NodeClock, NodeTimers } from "./clock.ts";
export { LockHeld } from "./errors.ts";
export { type JsonLogOptions, LineLog, type LogLevel, logLevels } from "./log.ts";
export { ProcessLock } from "./process-lock.ts";
