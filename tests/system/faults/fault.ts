/* What a test asks the faulty server for: a file beside its configuration, read at each place. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Scene } from "../scene.ts";

/**
 * On the way of a tick, in its order; `kernel:FILE` is a call on a file of the kernel, and
 * `SERVICE:TOPIC` is what a service does with a message.
 */
export type FaultPlace =
  | "kernel:read:cpuacct.usage"
  | "kernel:read:cpu.cfs_quota_us"
  | "guardian:usage"
  | "scaler:usage"
  | "scaler:requests"
  | "node-agent:orders"
  | "lease"
  | "journal:intended"
  | "kernel:write:cpu.cfs_quota_us"
  | "journal:applied"
  | "orchestrator:changes"
  | "database-snapshoter:structures"
  | "publish:structures";

export type FaultAction =
  | { readonly kind: "die" }
  | { readonly kind: "throw"; readonly code?: string }
  | { readonly kind: "block"; readonly seconds: number }
  /** Another hand writes the very file, unseen. */
  | { readonly kind: "write"; readonly text: string }
  /** The container ends: its groups are removed. */
  | { readonly kind: "vanish" }
  /** All threads beside the server's own die. */
  | { readonly kind: "end threads" };

export interface Fault {
  readonly place: FaultPlace;
  readonly action: FaultAction;
  /** Default: before what is done there. */
  readonly when?: "before" | "after";
  /** Only where it is about this container; default: any. */
  readonly container?: string;
  /** Until it is mended; default: once. */
  readonly isLasting?: boolean;
}

export const faultFileName = "fault.json";

export function makeFault(scene: Scene, fault: Fault): void {
  const { server } = scene;
  const path = join(server.folder, faultFileName);
  scene.logLengthBefore = server.log().length;
  // Whole or not at all: the server reads it at any moment.
  writeFileSync(`${path}.new`, JSON.stringify(fault));
  renameSync(`${path}.new`, path);
}

export function mendFault({ server }: Pick<Scene, "server">): void {
  rmSync(join(server.folder, faultFileName), { force: true });
}

/** The fault that is due at this place, for once or for as long as it lasts. */
export function takeFault(
  path: string,
  at: { readonly place: string; readonly when: "before" | "after"; readonly about: string },
): FaultAction | undefined {
  if (!existsSync(path)) return undefined;
  const fault: Fault = JSON.parse(readFileSync(path, "utf8"));
  const { place, when = "before", container, action, isLasting } = fault;
  if (place !== at.place || when !== at.when) return undefined;
  if (container !== undefined && !at.about.includes(container)) return undefined;
  if (isLasting !== true) rmSync(path);
  return action;
}
