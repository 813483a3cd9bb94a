import { nameFor } from "../../testing/sample-data.ts";
import type { ContainerMember, PlannedApplication } from "./plan-application.ts";
import type { ApplicationMember } from "./plan-user.ts";
import type { Member } from "./share-among.ts";

/** `value, min, need`, as the published vectors have them: without a bound above. */
export function memberFor(name: string, value: number, min: number, need?: number): Member {
  const most = Number.POSITIVE_INFINITY;
  return { name: nameFor(name), value, min, floor: Math.max(min, 1), most, need };
}

export const containerFor = (
  name: string,
  value: number,
  changed: Partial<ContainerMember> = {},
): ContainerMember => ({ ...memberFor(name, value, 20, 0), host: "host-1", ...changed });

export const applicationFor = (changed: Partial<PlannedApplication> = {}): PlannedApplication => ({
  field: "max",
  value: 200,
  min: 50,
  max: 200,
  isRunning: true,
  containers: [containerFor("a", 100, { need: 90 }), containerFor("b", 100, { need: 30 })],
  ...changed,
});

export const memberApplicationFor = (
  name: string,
  changed: Partial<PlannedApplication> = {},
): ApplicationMember => ({ name: nameFor(name), ...applicationFor(changed) });

export const told = (changes: ReadonlyMap<string, number>): Readonly<Record<string, number>> =>
  Object.fromEntries(changes);
