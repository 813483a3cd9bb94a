import {
  type BrakeSettings,
  type ByResource,
  byResource,
  type Change,
  type ContainerId,
  type ContainerLimits,
  type ContainerNotice,
  type MonotonicSeconds,
  monotonicSeconds,
  type Resource,
  resources,
} from "@sc/domain";
import type { BrakeFacts } from "./facts.ts";
import { isSameValue, limitValueOf } from "./limits.ts";

interface Remembered {
  watchedSince: MonotonicSeconds;
  first: ContainerLimits | undefined;
  readonly of: ByResource<{
    countedSince: MonotonicSeconds;
    grewAt: MonotonicSeconds | undefined;
    heldUntil: MonotonicSeconds | undefined;
    refusalsInARow: number;
  }>;
}

/** Remembers, beside the product and over its restarts, what the brakes of each container hang on. */
export class BrakeHistory {
  readonly #settings: () => BrakeSettings;
  readonly #isInAuto: (id: ContainerId, resource: Resource) => boolean;
  readonly #containers = new Map<ContainerId, Remembered>();

  constructor(
    settings: () => BrakeSettings,
    isInAuto: (id: ContainerId, resource: Resource) => boolean,
  ) {
    this.#settings = settings;
    this.#isInAuto = isInAuto;
  }

  of(id: ContainerId): ByResource<BrakeFacts> | undefined {
    const found = this.#containers.get(id);
    if (found === undefined) return undefined;
    return byResource((resource) => ({ watchedSince: found.watchedSince, ...found.of[resource] }));
  }

  takeNotice(notice: ContainerNotice): void {
    const { at } = notice;
    switch (notice.kind) {
      case "appeared": {
        const found = this.#remembered(notice.facts.id, at);
        found.watchedSince = at;
        // Another hand changed it while no server ran: what was taken from the old one counts no longer.
        for (const resource of resources) {
          // Of refusals a new server begins to count anew.
          found.of[resource].refusalsInARow = 0;
          if (isOthers(resource, found.first, notice.facts.first))
            found.of[resource].countedSince = at;
        }
        // Of what an earlier server never wrote the next one knows nothing, and learns it anew.
        if (notice.isTakenUp !== true)
          for (const resource of resources) found.of[resource].heldUntil = undefined;
        if (notice.isRestart) this.#hold(notice.facts.id, at);
        return;
      }
      case "gone":
        this.#containers.delete(notice.id);
        return;
      case "killed":
        this.#hold(notice.id, at);
        return;
      case "start-anew":
        for (const resource of resources) {
          const found = this.#remembered(notice.id, at).of[resource];
          found.countedSince = at;
          found.refusalsInARow = 0;
        }
    }
  }

  takeChange({ id, resource, outcome, detail, author, old, new: now, sequence, at }: Change): void {
    const found = this.#remembered(id, at).of[resource];
    if (outcome === "applied") {
      if (typeof old === "number" && typeof now === "number" && now > old) found.grewAt = at;
      if (sequence !== undefined && author.kind !== "person") found.refusalsInARow = 0;
      return;
    }
    // What a person ordered past the scaler is not its to count.
    if (detail?.code !== "kernel-refused" || author.kind === "person") return;
    found.refusalsInARow += 1;
    if (found.refusalsInARow < this.#settings().refusalsToHold) return;
    found.refusalsInARow = 0;
    found.heldUntil = monotonicSeconds(at + this.#settings().holdSeconds);
  }

  /** What release would put back, as long as a server runs. */
  noteFirst(id: ContainerId, first: ContainerLimits): void {
    const found = this.#containers.get(id);
    if (found !== undefined) found.first = first;
  }

  #hold(id: ContainerId, at: MonotonicSeconds): void {
    const until = monotonicSeconds(at + this.#settings().holdSeconds);
    for (const resource of resources) {
      if (this.#isInAuto(id, resource)) this.#remembered(id, at).of[resource].heldUntil = until;
    }
  }

  #remembered(id: ContainerId, at: MonotonicSeconds): Remembered {
    const known = this.#containers.get(id);
    if (known !== undefined) return known;
    const begun: Remembered = {
      watchedSince: at,
      first: undefined,
      of: byResource(() => ({
        countedSince: at,
        grewAt: undefined,
        heldUntil: undefined,
        refusalsInARow: 0,
      })),
    };
    this.#containers.set(id, begun);
    return begun;
  }
}

function isOthers(
  resource: Resource,
  before: ContainerLimits | undefined,
  now: ContainerLimits,
): boolean {
  const [was, is] = [before && limitValueOf(before, resource), limitValueOf(now, resource)];
  return was !== undefined && is !== undefined && !isSameValue(was, is);
}
