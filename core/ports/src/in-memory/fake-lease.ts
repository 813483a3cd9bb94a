import { err, ok, type Result } from "@sc/domain";
import type { RestoreEntry } from "../cgroup.ts";
import type { Lease, LeaseFailure } from "../lease.ts";

/** What outlives a fake server: its list, its clock, and a watcher the test plays. */
export class FakeLeaseWorld {
  uptimeSeconds = 100;
  isRestoring = false;
  /** Set while the list cannot be written. */
  isFull = false;
  entries: readonly RestoreEntry[] = [];
  isKept = false;
}

/** A lease in memory, for tests and the simulator; starts a new server's lease on a world. */
export class FakeLease implements Lease {
  readonly seconds = 10;
  readonly world: FakeLeaseWorld;
  readonly #recovered: readonly RestoreEntry[];
  #status: "new" | "fresh" | "lapsed" | "ended" = "new";
  #beatAt = 0;
  #restoringSince: number | undefined;

  constructor(world = new FakeLeaseWorld()) {
    this.world = world;
    this.#recovered = world.entries;
  }

  recover(): readonly RestoreEntry[] {
    return this.#recovered;
  }

  hold(entry: RestoreEntry): Result<void, LeaseFailure> {
    if (this.#status === "ended" || this.world.isFull)
      return err({ code: "SC_LEASE_UNWRITABLE", text: "the restore list cannot be written" });
    const others = this.world.entries.filter((other) => !isOfSameLimit(other, entry));
    this.world.entries = [...others, entry];
    return ok(undefined);
  }

  drop(dropped: readonly LimitKey[]): void {
    this.world.entries = this.world.entries.filter(
      (entry) => !dropped.some((one) => isOfSameLimit(one, entry)),
    );
  }

  beat(): void {
    if (this.#status === "new") this.renew();
    else if (this.state() === "fresh") this.#beatAt = this.world.uptimeSeconds;
  }

  state(): "fresh" | "lapsed" {
    const isLate = this.world.uptimeSeconds - this.#beatAt > this.seconds - 1.5;
    if (this.#status === "fresh" && isLate) this.#status = "lapsed";
    return this.#status === "fresh" ? "fresh" : "lapsed";
  }

  renew(): boolean {
    if (this.#status === "ended" || this.#isWatcherAtWork()) return false;
    this.#beatAt = this.world.uptimeSeconds;
    this.#status = "fresh";
    this.world.isKept = false;
    return true;
  }

  end(how: "released" | "keep"): void {
    this.#status = "ended";
    this.world.isKept = how === "keep";
    if (how === "released") this.world.entries = [];
  }

  #isWatcherAtWork(): boolean {
    this.#restoringSince = this.world.isRestoring
      ? (this.#restoringSince ?? this.world.uptimeSeconds)
      : undefined;
    const since = this.#restoringSince;
    return since !== undefined && this.world.uptimeSeconds - since < 10;
  }
}

type LimitKey = Pick<RestoreEntry, "folder" | "resource">;

const isOfSameLimit = (a: LimitKey, b: LimitKey): boolean =>
  a.folder === b.folder && a.resource === b.resource;
