import type { Result, StoredSettings } from "@sc/domain";

/** What people set and expect to find again after a restart. */
export interface StateDocument {
  /** Everything is paused. */
  readonly isPaused: boolean;
  /** By structure name. */
  readonly structures: Readonly<Record<string, StoredSettings>>;
}

export const emptyStateDocument: StateDocument = { isPaused: false, structures: {} };

export interface StateStore {
  /** The newest document saved, or the empty one. Throws when what is there cannot be understood. */
  load(): Promise<StateDocument>;
  /** As a whole or not at all; once it answers ok, a crash does not lose it. */
  save(document: StateDocument): Promise<Result<void, NotSaved>>;
}

export interface NotSaved {
  readonly code: "SC_STATE_NOT_SAVED";
  readonly text: string;
}
