import { resolve } from "node:path";
import type { Resource } from "@sc/domain";
import { checkModule, type ModuleCheck } from "@sc/user-policies";

/** What a module of a user's own keeps and does not keep, tried without a server. */
export const checkPolicy = (
  file: string,
  resources: readonly Resource[],
): Promise<readonly ModuleCheck[]> => checkModule(resolve(file), resources);
