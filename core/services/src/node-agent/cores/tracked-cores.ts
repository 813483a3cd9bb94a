import type { CoreId, Reason } from "@sc/domain";
import type { CoreShare, Cpuset, JournalEntry } from "@sc/ports";

/** The cpuset of one container. Nothing of it is read before its host is pinned. */
export class TrackedCores {
  readonly control: Cpuset | undefined;
  /** What it had before we came: what is to be put back. */
  first: readonly CoreId[] | undefined;
  /** As we wrote it last; `undefined` = none of ours is on it. */
  applied: readonly CoreId[] | undefined;
  /** How much of which core it holds, as the journal is to say. */
  held: readonly CoreShare[] = [];
  /** The folder on the restore list. */
  leasedFolder: string | undefined;
  /** Another hand changed it, or the kernel refused it, and it is left alone. */
  hold: Reason | undefined;

  constructor(control: Cpuset | undefined) {
    this.control = control;
  }

  /** What a line of the journal about its cpu says of cores. */
  get note(): JournalEntry["cores"] {
    const { first, held } = this;
    return first === undefined || held.length === 0 ? undefined : { first, held };
  }
}
