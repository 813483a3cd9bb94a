/**
 * Lets the tasks of a container wait at its memory limit instead of losing one of them, where that is
 * configured: what no margin can promise on cgroup v1, no kill by a limit of ours, then holds at any
 * rate of growth. A task that waits stands still until the limit is raised, so waiting is only on
 * while somebody would raise it:
 *
 *     in auto, not paused, not held back  → on
 *     at max, or waited for 10 s in vain  → off: the kernel does what it does at any limit
 *     agent dead                          → off by the watcher of the lease, after the limit is back
 *
 * Keeping it on at max was refused: there a fixed instance would have been killed as well, and would
 * be started again by whoever runs it, where one that stands still for ever is not.
 */
import { ok, type Reason, type Result, reason } from "@sc/domain";
import type { MemoryWaitReading } from "@sc/ports";
import type { AgentDeps } from "./agent-deps.ts";
import type { AgentOptions } from "./agent-options.ts";
import { agentAuthor, type ChangeReporter } from "./change-reporter.ts";
import type { LimitWriter } from "./limit-writer.ts";
import type { TrackedContainer } from "./tracked-container.ts";

/** As long as others may need to give back what a full host has not. */
const patienceSeconds = 10;

export interface MemoryWaitGuardDeps {
  readonly agent: Pick<AgentDeps, "clock" | "log" | "registry">;
  readonly reporter: ChangeReporter;
  readonly writer: LimitWriter;
}

export class MemoryWaitGuard {
  readonly #deps: MemoryWaitGuardDeps;
  readonly #options: () => Pick<AgentOptions, "oomControl">;

  constructor(deps: MemoryWaitGuardDeps, options: () => Pick<AgentOptions, "oomControl">) {
    this.#deps = deps;
    this.#options = options;
  }

  /** With each sample, before it is made: switches on or off what should be, and notes who waits. */
  look(container: TrackedContainer): void {
    const { memoryWait } = container;
    const isWanted = this.#isWanted(container);
    if (!isWanted && memoryWait !== "ours") {
      container.memoryWait = "off";
      this.#noteWaiting(container, false);
      return;
    }
    const reading = container.group.memoryWait?.read();
    if (reading === undefined) return;
    this.#noteWaiting(container, reading.isWaiting);
    if (memoryWait === "ours") this.#keep(container, reading, isWanted);
    else if (memoryWait === "off") this.#begin(container, reading);
  }

  #isWanted(container: TrackedContainer): boolean {
    const { group, isInAuto, name } = container;
    if (!this.#options().oomControl || group.memoryWait === undefined) return false;
    const isHeld = container.heldBack("mem") !== undefined;
    return isInAuto.mem && !isHeld && !this.#deps.agent.registry.isPaused(name);
  }

  #noteWaiting(container: TrackedContainer, isWaiting: boolean): void {
    if (!isWaiting) container.waitingSince = undefined;
    else container.waitingSince ??= this.#deps.agent.clock.monotonic();
  }

  #begin(container: TrackedContainer, reading: MemoryWaitReading): void {
    if (reading.isOn) {
      // Its owner wants it so: left as it is, also when we go.
      container.memoryWait = "owners";
      return;
    }
    // What waits now would be killed without us: not while it was switched off for waiting in vain.
    if (reading.hasGroupsInside || reading.isWaiting) return;
    const why = reason("memory-wait-on", "its tasks wait at the memory limit until it is raised");
    this.#tell(container, why, this.#switch(container, true, why));
  }

  #keep(container: TrackedContainer, reading: MemoryWaitReading, isWanted: boolean): void {
    if (!reading.isOn) {
      const text = "another hand switched it off: tasks are killed at the memory limit";
      this.#end(container, reason("memory-wait-off", text), "owners");
      return;
    }
    const because = isWanted ? this.#whyInVain(container, reading) : "its memory is not scaled now";
    if (because === undefined) return;
    const text = `${because}: tasks are killed at the memory limit again`;
    this.#end(container, reason("memory-wait-off", text), "off");
  }

  #whyInVain(container: TrackedContainer, reading: MemoryWaitReading): string | undefined {
    if (reading.hasGroupsInside) return "it has groups inside, which would wait as well";
    const { memMibLimit, name, waitingSince } = container;
    if (waitingSince === undefined) return undefined;
    const max = this.#deps.agent.registry.settingsOf(name)?.resources.mem.max;
    if (typeof memMibLimit === "number" && max !== undefined && memMibLimit >= max) {
      return "the limit is at its max";
    }
    const waited = this.#deps.agent.clock.monotonic() - waitingSince;
    return waited > patienceSeconds ? `waited ${patienceSeconds} s for a higher limit` : undefined;
  }

  #end(container: TrackedContainer, why: Reason, next: "off" | "owners"): void {
    const switched = this.#switch(container, false, why);
    if (switched.ok) container.memoryWait = next;
    this.#tell(container, why, switched);
  }

  /** For whoever puts the limit back: after it, so that what waits finds room. */
  release(container: TrackedContainer, why: Reason): Result<"released" | "unchanged", Reason> {
    if (container.memoryWait !== "ours") return ok("unchanged");
    const switched = this.#switch(container, false, why);
    return switched.ok ? ok("released") : switched;
  }

  /** The agent goes and the limits stay: nobody would raise them for what waits. */
  leave(containers: readonly TrackedContainer[]): void {
    const why = reason("memory-wait-off", "the agent stops: tasks are killed at the limit again");
    for (const container of containers) this.release(container, why);
  }

  /** After a standstill: the watcher of the lease may have switched it off, which is no other hand. */
  lookAnew(container: TrackedContainer): void {
    if (container.memoryWait !== "ours") return;
    if (container.group.memoryWait?.read()?.isOn === false) container.memoryWait = "off";
  }

  #switch(container: TrackedContainer, isOn: boolean, why: Reason): Result<void, Reason> {
    return this.#deps.writer.writeMemoryWait(container, {
      isOn,
      author: agentAuthor("memory-wait"),
      reason: why,
    });
  }

  #tell(container: TrackedContainer, why: Reason, switched: Result<void, Reason>): void {
    const { memMibLimit: limit, name } = container;
    if (!switched.ok) {
      this.#deps.agent.log.warn("waiting at a memory limit could not be switched", {
        structure: name,
        reason: switched.error,
      });
      return;
    }
    const change = { resource: "mem", outcome: "applied", old: limit, new: limit } as const;
    const author = agentAuthor("memory-wait");
    this.#deps.reporter.report(container, { ...change, author, reason: why });
  }
}
