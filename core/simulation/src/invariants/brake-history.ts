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
  type UsageSample,
} from "@sc/domain";
import type { BrakeFacts } from "./facts.ts";
import { isSameValue, limitValueOf } from "./limits.ts";

interface Remembered {
  /** Which scaler it was told to last. */
  scaler: number;
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
  #scaler = 0;

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
      case "appeared":
        this.#takeAppeared(notice);
        return;
      case "gone":
        // Its group may be another container by name.
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

  #takeAppeared(notice: ContainerNotice & { readonly kind: "appeared" }): void {
    const { at, facts, isRestart, isTakenUp } = notice;
    const known = this.#containers.get(facts.id);
    // An agent that came back tells of it again, and its scaler goes on; what has another name now has
    // not failed under it.
    if (known?.scaler === this.#scaler) {
      for (const resource of resources) known.of[resource].refusalsInARow = 0;
      return;
    }
    const found = this.#remembered(facts.id, at);
    found.scaler = this.#scaler;
    found.watchedSince = at;
    for (const resource of resources) {
      const of = found.of[resource];
      // Of refusals a new server begins to count anew.
      of.refusalsInARow = 0;
      // Another hand changed it while no server ran: what was taken from the old one counts no longer.
      if (isOthers(resource, found.first, facts.first)) of.countedSince = at;
      // Of what an earlier server never wrote the next one knows nothing, and learns it anew.
      if (isTakenUp !== true) of.heldUntil = undefined;
    }
    if (isRestart) this.#hold(facts.id, at);
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

  /** A scaler that begins beside an agent which goes on is told of nothing: it watches from the first sample. */
  noteSample({ id, at }: Pick<UsageSample, "id" | "at">): void {
    const known = this.#containers.get(id);
    if (known === undefined || known.scaler === this.#scaler) return;
    known.scaler = this.#scaler;
    known.watchedSince = at;
    for (const resource of resources) known.of[resource].refusalsInARow = 0;
  }

  /** Another scaler begins, and knows nothing. */
  noteScalerStart(): void {
    this.#scaler += 1;
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
      scaler: this.#scaler,
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
