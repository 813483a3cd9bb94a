import { type Reason, type Resource, resources } from "@sc/domain";
import type { ReleaseReport } from "@sc/ports";
import type { AgentDeps } from "./agent-deps.ts";
import type { Releaser } from "./releaser.ts";
import type { TrackedContainer } from "./tracked-container.ts";

export interface LeftOversDeps {
  readonly agent: Pick<AgentDeps, "registry" | "whyUndecided">;
  readonly releaser: Pick<Releaser, "release">;
  /** What could not be put back; told once of each container. */
  readonly onFailed: (failed: ReleaseReport["failed"]) => void;
}

/**
 * A limit of ours that nobody scales any more keeps its container squeezed for good: an order landed
 * after the mode changed, the kernel refused to put it back, an earlier agent left it, what decides
 * fails. So it is looked for again and again, and put back until it is.
 */
export class LeftOvers {
  readonly #deps: LeftOversDeps;
  #told: ReadonlySet<string> = new Set();
  #isUnderWay = false;

  constructor(deps: LeftOversDeps) {
    this.#deps = deps;
  }

  /** Ends at once where a round before has not ended. */
  async putBack(among: readonly TrackedContainer[], why: Reason): Promise<void> {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    try {
      const failed: ReleaseReport["failed"][number][] = [];
      for (const resource of resources) {
        const left = among.filter((container) => this.#isLeft(container, resource));
        if (left.length === 0) continue;
        failed.push(
          ...(await this.#deps.releaser.release(left, { why, which: [resource] })).failed,
        );
      }
      this.#tell(failed);
    } finally {
      this.#isUnderWay = false;
    }
  }

  /** What cannot be read may be ours where it stands on the restore list. */
  #isLeft(container: TrackedContainer, resource: Resource): boolean {
    if (container.isInOwnersHand) return false;
    const state = container.stateOf(resource);
    const isOurs =
      state === "changed" ||
      (state === "unknown" && container.leasedFolders[resource] !== undefined);
    return isOurs && !this.#isScaled(container, resource);
  }

  /** Whether policy moves the limit, and may let it grow again. */
  #isScaled(container: TrackedContainer, resource: Resource): boolean {
    const { registry, whyUndecided } = this.#deps.agent;
    const isAuto = registry.settingsOf(container.name)?.resources[resource].mode === "auto";
    const isDecided = whyUndecided?.() === undefined;
    return isAuto && isDecided && container.quarantine === undefined;
  }

  #tell(failed: ReleaseReport["failed"]): void {
    const news = failed.filter(({ structure }) => !this.#told.has(structure));
    this.#told = new Set(failed.map(({ structure }) => structure));
    if (news.length > 0) this.#deps.onFailed(news);
  }
}
