import { accessSync, constants, existsSync, readFileSync, rmdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Where one hierarchy of control groups is mounted, and which controllers it has (v1). */
export interface Hierarchy {
  readonly mount: string;
  readonly controllers: readonly string[];
}

/** All hierarchies, the unified one without controllers. */
export function readHierarchies(mounts = readFileSync("/proc/mounts", "utf8")): Hierarchy[] {
  const hierarchies: Hierarchy[] = [];
  for (const line of mounts.split("\n")) {
    const [, mount, type, options] = line.split(" ");
    if (mount === undefined || options === undefined) continue;
    if (type === "cgroup") hierarchies.push({ mount, controllers: options.split(",") });
    if (type === "cgroup2") hierarchies.push({ mount, controllers: [] });
  }
  return hierarchies;
}

export const hierarchyOf = (controller: string, all = readHierarchies()): Hierarchy | undefined =>
  all.find(({ controllers }) => controllers.includes(controller));

/** Why no containers can be limited here; `undefined` = they can. */
export function whyNoCgroups(): string | undefined {
  if (process.platform !== "linux") return `this is ${process.platform}, not Linux`;
  if (process.getuid?.() !== 0) return "this is not root";
  const cpu = hierarchyOf("cpu");
  if (cpu === undefined) return "there is no cpu controller of cgroup v1";
  try {
    accessSync(cpu.mount, constants.W_OK);
  } catch {
    return `${cpu.mount} cannot be written`;
  }
  return undefined;
}

/**
 * Removes the group from every hierarchy that has it. A group that was just emptied may be busy for a
 * moment, so it is tried for a second.
 */
export async function removeGroupEverywhere(path: string): Promise<void> {
  for (const { mount } of readHierarchies()) {
    for (let attempt = 0; existsSync(mount + path); attempt += 1) {
      try {
        rmdirSync(mount + path);
      } catch (error) {
        if (attempt >= removalAttempts) throw error;
        await sleep(50);
      }
    }
  }
}

const removalAttempts = 20;
