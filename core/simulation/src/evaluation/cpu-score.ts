import { sharesToCoreSeconds } from "@sc/domain";
import type { ControlGroup } from "@sc/ports";
import type { SimulatedHost } from "../host/simulated-host.ts";
import { DelayScore } from "./delay-score.ts";

/** How one container fared. */
export interface CpuFigures {
  /** Used ÷ allocated; allocated is the limit over time and what each write of it added. */
  readonly utilization: number;
  /** Of the steps of 100 ms those that ended with work left over. */
  readonly throttledRatio: number;
  /** What was left over ÷ limit, at the end of a step. */
  readonly p50BacklogMs: number;
  readonly p99BacklogMs: number;
  readonly p999BacklogMs: number;
  readonly changesPerMinute: number;
  readonly usedCoreSeconds: number;
  readonly allocatedCoreSeconds: number;
}

export interface ScoredContainer {
  readonly host: SimulatedHost;
  readonly path: string;
  readonly group: ControlGroup;
  /** What counts as its limit where it has none, in shares. */
  readonly maxShares: number;
}

/** Looks at one container at the end of every step, before anybody acts on it. */
export class CpuScore {
  readonly #container: ScoredContainer;
  readonly #stepSeconds: number;
  readonly #delays = new DelayScore();
  #isCounting = false;
  #usedBefore = 0;
  #refilledBefore = 0;
  #limitCoreSeconds = 0;
  #changes = 0;

  constructor(container: ScoredContainer, stepSeconds: number) {
    this.#container = container;
    this.#stepSeconds = stepSeconds;
  }

  /** From now on all counts. */
  begin(): void {
    const { host, path, group } = this.#container;
    this.#isCounting = true;
    this.#usedBefore = group.readCpuUsedSeconds() ?? 0;
    this.#refilledBefore = host.refilledCoreSeconds(path);
  }

  noteChange(): void {
    if (this.#isCounting) this.#changes += 1;
  }

  step(): void {
    if (!this.#isCounting) return;
    const { host, path, group, maxShares } = this.#container;
    const backlog = host.backlogCoreSeconds(path);
    const limit = group.readCpuLimit()?.quotaShares ?? maxShares;
    this.#limitCoreSeconds += sharesToCoreSeconds(limit, this.#stepSeconds);
    this.#delays.add((backlog / sharesToCoreSeconds(limit, 1)) * 1000);
  }

  figures(): CpuFigures {
    const { host, path, group } = this.#container;
    const used = (group.readCpuUsedSeconds() ?? 0) - this.#usedBefore;
    const refilled = host.refilledCoreSeconds(path) - this.#refilledBefore;
    const allocated = this.#limitCoreSeconds + refilled;
    const minutes = (this.#delays.steps * this.#stepSeconds) / 60;
    return {
      utilization: allocated > 0 ? used / allocated : 0,
      throttledRatio: this.#delays.delayedRatio,
      p50BacklogMs: this.#delays.quantileMs(0.5),
      p99BacklogMs: this.#delays.quantileMs(0.99),
      p999BacklogMs: this.#delays.quantileMs(0.999),
      changesPerMinute: minutes > 0 ? this.#changes / minutes : 0,
      usedCoreSeconds: used,
      allocatedCoreSeconds: allocated,
    };
  }
}
