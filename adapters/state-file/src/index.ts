export { StateUnreadable } from "./errors.ts";
export { StateFile } from "./state-file.ts";
