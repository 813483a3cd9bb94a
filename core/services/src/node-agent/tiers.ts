import { isRateResource, type Resource, resources } from "@sc/domain";
import type { Clock } from "@sc/ports";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";
import type { DriftGuard } from "./drift-guard.ts";
import type { HostLedger } from "./host-ledger.ts";
import type { HostWatch } from "./host-watch.ts";
import type { Sampler } from "./sampler.ts";
import type { TrackedContainer } from "./tracked-container.ts";

/** Seen for less long, a container's use was not counted as the use outside yet. */
const countedOutsideSeconds = 1;

export interface TiersDeps {
  readonly clock: Clock;
  readonly registry: StructureRegistry;
  readonly driftGuard: DriftGuard;
  readonly hostWatch: HostWatch;
  readonly ledger: HostLedger;
  readonly sampler: Sampler;
  readonly list: () => readonly TrackedContainer[];
  /** Runs it so that one broken container is set aside and never stops the others. */
  readonly guarded: (container: TrackedContainer, run: () => void) => void;
  /** Runs what reads and decides outside a tick. */
  readonly round: (run: () => void) => void;
}

/** Modes decide the tier; a limit of what is scaled is watched, as others may change it. */
export class Tiers {
  readonly #deps: TiersDeps;
  #isStale = true;

  constructor(deps: TiersDeps) {
    this.#deps = deps;
  }

  /** Something came, went, or has other settings. */
  markStale(): void {
    this.#isStale = true;
  }

  refresh(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    const fast: TrackedContainer[] = [];
    const slow: TrackedContainer[] = [];
    for (const container of this.#deps.list()) {
      (this.#place(container) === "fast" ? fast : slow).push(container);
    }
    this.#deps.sampler.setTiers({ fast, slow });
  }

  #place(container: TrackedContainer): "fast" | "slow" {
    const settings = this.#deps.registry.settingsOf(container.name)?.resources;
    const isScaled = this.#isScaled(container);
    this.#deps.guarded(container, () => {
      this.#watchLimits(container, isScaled);
      this.#watchPressure(container, settings?.mem.mode === "auto");
      for (const resource of resources) {
        const isAuto = settings?.[resource].mode === "auto";
        // It was out of auto: what kept it from being changed is over.
        if (!isAuto) container.driftHolds[resource] = undefined;
        this.#noteAuto(container, resource, isAuto);
      }
    });
    this.#deps.ledger.enter(container);
    return isScaled ? "fast" : "slow";
  }

  /** Where none is to be had, or it ended, limits are looked at with every sample, and it is tried again. */
  retryWatches(): void {
    const { list } = this.#deps;
    if (list().some((each) => each.limitWatch === undefined && this.#isScaled(each)))
      this.#isStale = true;
  }

  #isScaled({ name }: TrackedContainer): boolean {
    const settings = this.#deps.registry.settingsOf(name)?.resources;
    return resources.some((each) => (settings?.[each].mode ?? "observe") !== "observe");
  }

  #watchLimits(container: TrackedContainer, isWanted: boolean): void {
    if (isWanted && container.limitWatch === undefined) {
      container.limitWatch = container.group.watchLimits(
        (resource) => this.#look(container, resource),
        () => {
          container.limitWatch = undefined;
        },
      );
    }
    if (isWanted || container.limitWatch === undefined) return;
    container.limitWatch.cancel();
    container.limitWatch = undefined;
  }

  /** Somebody, ourselves included, may have written one of its limits. */
  #look(container: TrackedContainer, resource: Resource): void {
    const { driftGuard, round } = this.#deps;
    round(() => {
      if (resource === "cpu") driftGuard.look(container);
      else if (isRateResource(resource)) driftGuard.rates.lookSoon(container);
      else driftGuard.lookAtMemory(container);
    });
  }

  /** It waits at its memory limit. */
  #watchPressure(container: TrackedContainer, isWanted: boolean): void {
    if (!isWanted) {
      container.pressureWatch?.cancel();
      container.pressureWatch = undefined;
      return;
    }
    const { guarded, round, sampler } = this.#deps;
    container.pressureWatch ??= container.group.watchMemoryPressure(() =>
      round(() => guarded(container, () => sampler.sampleUnderPressure(container))),
    );
  }

  /**
   * What a container used while it was only observed stands in the readings of the use outside; in auto it
   * would count twice, and leave no room to grow. So they begin anew. Its limit was seldom looked at, and
   * the ledger must not begin with an old one.
   */
  #noteAuto(container: TrackedContainer, resource: Resource, isAuto: boolean): void {
    const { clock, driftGuard, hostWatch } = this.#deps;
    const isTakenOn = isAuto && !container.isInAuto[resource];
    container.isInAuto[resource] = isAuto;
    if (!isTakenOn) return;
    const wasObserved = clock.monotonic() - container.firstSeenAt > countedOutsideSeconds;
    if (wasObserved) hostWatch.beginAnew(resource);
    driftGuard.adoptChanges(container, "before it was in auto");
  }
}
