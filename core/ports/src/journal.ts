import type {
  Author,
  ContainerId,
  ContainerLimits,
  CoreId,
  LimitValue,
  Reason,
  Resource,
  Result,
  StructureName,
  WallSeconds,
} from "@sc/domain";
import type { GroupRef } from "./cgroup.ts";

/**
 * What the agent meant to do and did, outliving the process (not the machine: a limit dies with the
 * kernel that holds it). Written synchronously, not flushed to disk.
 */
export interface Journal {
  /** Fails when the line could not be written whole; nothing may then be shrunk. */
  append(entry: JournalEntry): Result<void, JournalFailure>;
  /** What an earlier process of this boot left, oldest first. */
  recover(): readonly JournalEntry[];
  /** The container is gone, or has nothing of ours any more: its lines need not be kept. */
  forget(id: ContainerId): void;
  close(): void;
}

export interface JournalEntry {
  readonly step: "intended" | "applied" | "refused";
  readonly structure: StructureName;
  readonly id: ContainerId;
  readonly group: GroupRef;
  readonly resource: Resource;
  /** The limits found at first sight, so that one line is enough to put them back. */
  readonly first: ContainerLimits;
  readonly old: LimitValue | undefined;
  readonly new: LimitValue;
  readonly author: Author;
  readonly reason: Reason;
  readonly stamp: WallSeconds;
  /** Of a container with cores of its own: the cpuset of before, and what it holds of which core. */
  readonly cores?: { readonly first: readonly CoreId[]; readonly held: readonly CoreShare[] };
}

export interface CoreShare {
  readonly core: CoreId;
  readonly shares: number;
}

export interface JournalFailure {
  readonly code: "SC_JOURNAL_FULL" | "SC_JOURNAL_UNWRITABLE";
  readonly text: string;
}
