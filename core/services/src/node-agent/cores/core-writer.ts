import { type Author, type CoreId, err, ok, type Reason, type Result, reason } from "@sc/domain";
import type { CoreShare } from "@sc/ports";
import type { AgentDeps } from "../agent-deps.ts";
import type { LimitWriter } from "../limit-writer.ts";
import type { TrackedContainer } from "../tracked-container.ts";

export interface CoreWrite {
  readonly cores: readonly CoreId[];
  readonly held: readonly CoreShare[];
  readonly author: Author;
  readonly reason: Reason;
}

/** Writes a cpuset so that the one of before can always be put back: first the list, then the journal. */
export class CoreWriter {
  readonly #deps: Pick<AgentDeps, "journal" | "lease">;
  readonly #lines: Pick<LimitWriter, "cpuLine">;

  constructor(deps: Pick<AgentDeps, "journal" | "lease">, lines: Pick<LimitWriter, "cpuLine">) {
    this.#deps = deps;
    this.#lines = lines;
  }

  write(container: TrackedContainer, write: CoreWrite): Result<void, Reason> {
    const { cores } = container;
    const { control } = cores;
    const { author, reason: why } = write;
    cores.first ??= control?.read();
    if (control === undefined || cores.first === undefined) {
      // The book is kept all the same: what cannot be pinned is held by its limit alone.
      cores.applied = write.cores;
      cores.held = write.held;
      return ok(undefined);
    }
    const leased = this.lease(container);
    if (!leased.ok) return leased;
    if (this.#deps.lease.state() === "lapsed") return err(lapsed);
    const before = cores.held;
    cores.held = write.held;
    const line = this.#lines.cpuLine(container, { author, reason: why });
    const noted = line && this.#deps.journal.append(line);
    const written =
      noted?.ok === true ? control.write(write.cores) : err({ text: "the journal fails" });
    if (!written.ok || written.value === "gone") {
      cores.held = before;
      if (cores.applied === undefined) this.endLease(container);
      // Of what is gone, and of what was refused, the line of before says what is.
      const last = this.#lines.cpuLine(container, { author, reason: why });
      if (last !== undefined) this.#deps.journal.append({ ...last, step: "applied" });
      return err(
        written.ok
          ? reason("gone", "the container ended")
          : reason("kernel-refused", written.error.text),
      );
    }
    cores.applied = write.cores;
    if (line !== undefined) this.#deps.journal.append({ ...line, step: "applied" });
    return ok(undefined);
  }

  /** Puts back what it had before we came. */
  putBack(
    container: TrackedContainer,
    { author, reason: why }: Pick<CoreWrite, "author" | "reason">,
  ): Result<void, Reason> {
    const { cores } = container;
    if (cores.applied === undefined) return ok(undefined);
    if (cores.first !== undefined && cores.control !== undefined) {
      const written = cores.control.write(cores.first);
      if (!written.ok) return err(reason("kernel-refused", written.error.text));
    }
    cores.applied = undefined;
    cores.held = [];
    cores.first = undefined;
    const line = this.#lines.cpuLine(container, { author, reason: why });
    if (line !== undefined) this.#deps.journal.append({ ...line, step: "applied" });
    this.endLease(container);
    return ok(undefined);
  }

  /** Writes down what to put back; once is enough. */
  lease(container: TrackedContainer): Result<void, Reason> {
    const { cores } = container;
    if (cores.leasedFolder !== undefined || cores.first === undefined) return ok(undefined);
    const entry = cores.control?.restoreEntry(cores.first);
    if (entry === undefined) return err(unreadable);
    const held = this.#deps.lease.hold(entry);
    if (!held.ok) {
      return err(reason("no-lease", `nothing is pinned without a lease: ${held.error.text}`));
    }
    cores.leasedFolder = entry.folder;
    return ok(undefined);
  }

  endLease({ cores }: TrackedContainer): void {
    const { leasedFolder: folder } = cores;
    if (folder === undefined) return;
    this.#deps.lease.drop([{ folder, resource: "cores" }]);
    cores.leasedFolder = undefined;
  }
}

const unreadable = reason(
  "kernel-refused",
  "its cpuset cannot be read, so it could not be put back",
);
const lapsed = reason("lease-lapsed", "cpusets may have been put back");
