import { resolve } from "node:path";
import { checkModule, type ModuleCheck } from "@sc/user-policies";

/** What a module of a user's own keeps and does not keep, tried without a server. */
export const checkPolicy = (
  file: string,
  resources: readonly ("cpu" | "mem")[],
): Promise<readonly ModuleCheck[]> => checkModule(resolve(file), resources);
