/**
 * The two switches that clients of the published framework know, of a container and of each of its
 * resources, and the mode that follows from them: a resource is in auto when both are on. A mode can be
 * set in other ways too, so what is answered is read from the modes, and the switches that are kept only
 * say what the modes cannot: which resources are meant when the container's own switch is off.
 */
import type { Mode } from "./mode.ts";
import { type Resource, resources } from "./resource.ts";

export interface Guard {
  readonly isGuarded: boolean;
  /** Of the resources there are. */
  readonly resources: Readonly<Partial<Record<Resource, boolean>>>;
}

type Modes = Readonly<Partial<Record<Resource, Mode>>>;

/** The switches as they must stand for the modes that are in force. */
export function guardOf(kept: Guard, modes: Modes): Guard {
  const present = resources.filter((resource) => kept.resources[resource] !== undefined);
  const isAuto = (resource: Resource): boolean => modes[resource] === "auto";
  if (!kept.isGuarded && !present.some(isAuto)) return kept;
  return {
    isGuarded: true,
    resources: Object.fromEntries(present.map((resource) => [resource, isAuto(resource)])),
  };
}

/** The modes that are others once the switches stand so; a mode nobody switched stays, `recommend` too. */
export function modesForGuard(before: Guard, after: Guard): Modes {
  const changed = resources.filter((resource) => isOn(before, resource) !== isOn(after, resource));
  return Object.fromEntries(
    changed.map((resource) => [resource, isOn(after, resource) ? "auto" : "observe"]),
  );
}

const isOn = (guard: Guard, resource: Resource): boolean =>
  guard.isGuarded && guard.resources[resource] === true;
