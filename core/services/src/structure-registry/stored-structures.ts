import {
  type Document,
  type Resource,
  resources,
  type StoredResourceSettings,
  type StoredSettings,
  type StructureName,
} from "@sc/domain";

/** What was set by people for the host and its structures. */
export interface StoredState {
  readonly isPaused: boolean;
  readonly structures: ReadonlyMap<StructureName, StoredSettings>;
}

export const nothingStored: StoredState = { isPaused: false, structures: new Map() };

/** One change of stored settings; several structures change together or not at all. */
export interface SettingsChange {
  readonly isPausedAll?: boolean;
  readonly structures?: readonly {
    readonly name: StructureName;
    readonly isPaused?: boolean;
    readonly resources?: Partial<Record<Resource, StoredResourceSettings>>;
  }[];
}

export function withChange(state: StoredState, change: SettingsChange): StoredState {
  const structures = new Map(state.structures);
  for (const { name, isPaused, resources: changed } of change.structures ?? []) {
    const stored = structures.get(name) ?? {};
    structures.set(name, {
      ...stored,
      ...(isPaused === undefined ? {} : { isPaused }),
      ...(changed === undefined ? {} : { resources: mergeResources(stored.resources, changed) }),
    });
  }
  return { isPaused: change.isPausedAll ?? state.isPaused, structures };
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

/** The document that says what `state` holds of one subject. */
export function documentOf(
  { isPaused, structures }: StoredState,
  subject: StructureName | undefined,
): Document {
  return subject === undefined
    ? { kind: "host", name: "host", content: { isPaused } }
    : { kind: "structure", name: subject, content: structures.get(subject) ?? {} };
}
