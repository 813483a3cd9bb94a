import {
  type Resource,
  resources,
  type StoredResourceSettings,
  type StoredSettings,
  type StructureName,
} from "@sc/domain";
import type { DocumentWrite } from "@sc/ports";

/** What was set by people for the host and its structures. */
export interface StoredState {
  readonly isPaused: boolean;
  readonly structures: ReadonlyMap<StructureName, StoredSettings>;
}

export const nothingStored: StoredState = { isPaused: false, structures: new Map() };

/** One change of stored settings; several structures change together or not at all. */
export interface SettingsChange {
  readonly isPausedAll?: boolean;
  readonly structures?: readonly StructureChange[];
}

/** What changes and stays beside the rest, or what takes the place of all of it; `undefined` = nothing. */
export type StructureChange =
  | {
      readonly name: StructureName;
      readonly isPaused?: boolean;
      readonly resources?: Partial<Record<Resource, StoredResourceSettings>>;
    }
  | { readonly name: StructureName; readonly becomes: StoredSettings | undefined };

export function withChange(state: StoredState, change: SettingsChange): StoredState {
  const structures = new Map(state.structures);
  for (const one of change.structures ?? []) {
    const after = settingsAfter(structures.get(one.name), one);
    if (after === undefined) structures.delete(one.name);
    else structures.set(one.name, after);
  }
  return { isPaused: change.isPausedAll ?? state.isPaused, structures };
}

export function settingsAfter(
  stored: StoredSettings = {},
  change: StructureChange,
): StoredSettings | undefined {
  if ("becomes" in change) return change.becomes;
  const { isPaused, resources: changed } = change;
  return {
    ...stored,
    ...(isPaused === undefined ? {} : { isPaused }),
    ...(changed === undefined ? {} : { resources: mergeResources(stored.resources, changed) }),
  };
}

function mergeResources(
  stored: StoredSettings["resources"],
  changed: NonNullable<StoredSettings["resources"]>,
): NonNullable<StoredSettings["resources"]> {
  const merged = { ...stored };
  for (const resource of resources) {
    if (changed[resource] !== undefined)
      merged[resource] = { ...stored?.[resource], ...changed[resource] };
  }
  return merged;
}

/** Names of the structures a change is about, and `undefined` for the host. */
export function subjectsOf(change: SettingsChange): readonly (StructureName | undefined)[] {
  const names = (change.structures ?? []).map(({ name }) => name);
  return change.isPausedAll === undefined ? names : [undefined, ...names];
}

/** What makes the store say what `state` holds of one subject. */
export function writeOf(
  { isPaused, structures }: StoredState,
  subject: StructureName | undefined,
): DocumentWrite {
  if (subject === undefined) {
    return { action: "put", document: { kind: "host", name: "host", content: { isPaused } } };
  }
  const content = structures.get(subject);
  return content === undefined
    ? { action: "remove", kind: "structure", name: subject }
    : { action: "put", document: { kind: "structure", name: subject, content } };
}
