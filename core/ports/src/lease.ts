import type { Result } from "@sc/domain";
import type { RestoreEntry } from "./cgroup.ts";

/**
 * A squeeze lasts only while the agent is alive: what to put back is written down where a shell can
 * read it, and a heartbeat says that the agent still lives.
 */
export interface Lease {
  /** How old a heartbeat may be before everything is put back, in seconds. */
  readonly seconds: number;
  /** What an earlier agent of this boot left to be put back. */
  recover(): readonly RestoreEntry[];
  /** Must succeed before a group is squeezed for the first time. Replaces an older entry of its folder and resource. */
  hold(entry: RestoreEntry): Result<void, LeaseFailure>;
  /** Nothing of ours is left there. */
  drop(entries: readonly Pick<RestoreEntry, "folder" | "resource">[]): void;
  /** Says that the agent is alive; starts the watcher at the first beat. */
  beat(): void;
  /**
   * `lapsed`: the last beat is so old that the watcher may have put everything back, or is about to.
   * No limit may be written until `renew` says so.
   */
  state(): "fresh" | "lapsed";
  /** After a lapse: `false` while the watcher is still at work, then `true`, and the lease is fresh. */
  renew(): boolean;
  /** A clean end. `keep`: limits stay, and a marker tells the watcher that this is meant. */
  end(how: "released" | "keep"): void;
}

export interface LeaseFailure {
  readonly code: "SC_LEASE_UNWRITABLE";
  readonly text: string;
}
