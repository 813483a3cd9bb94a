import type { Log, Timer, Timers } from "@sc/ports";
import type { Service, ServiceHealth } from "../service-loop/service.ts";
import type { CatalogueDesk } from "./catalogue-desk.ts";
import type { GroupUses } from "./group-uses.ts";

/** As often as documents that could not be read are tried again. */
const retrySeconds = 5;

export interface CatalogueKeeperDeps {
  readonly desk: Pick<CatalogueDesk, "undoUnfinished">;
  readonly uses: Pick<GroupUses, "start" | "stop">;
  readonly timers: Timers;
  readonly log: Log;
}

/** Undoes subscriptions that a process died in, once the agent knows the containers, and until it is done. */
export class CatalogueKeeper implements Service {
  readonly name = "catalogue";
  readonly #deps: CatalogueKeeperDeps;
  #timer: Timer | undefined;
  #lastError: string | undefined;

  constructor(deps: CatalogueKeeperDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#deps.uses.start();
    this.#timer = this.#deps.timers.every(retrySeconds, () => void this.#undo());
    void this.#undo();
  }

  async #undo(): Promise<void> {
    const { desk, log } = this.#deps;
    try {
      await desk.undoUnfinished();
      this.#lastError = undefined;
    } catch (error) {
      this.#lastError = String(error);
      log.error("subscriptions that were not done could not be looked at", { error });
    }
  }

  async stop(): Promise<void> {
    this.#deps.uses.stop();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  health(): ServiceHealth {
    const lastError = this.#lastError;
    if (this.#timer === undefined) return { status: "stopped", lastError };
    return { status: lastError === undefined ? "running" : "failing", lastError };
  }
}
