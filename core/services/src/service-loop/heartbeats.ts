import type { WallSeconds } from "@sc/domain";
import type { Clock, Heartbeats, Timer, Timers } from "@sc/ports";
import type { Service, ServiceHealth } from "./service.ts";

const everySeconds = 1;

export interface ServiceHeartbeatsDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Asked at each beat. */
  readonly services: () => readonly Pick<Service, "name" | "health">[];
}

/**
 * When each service was last well, looked at every second. A service that is asked for nothing beats too,
 * as long as nothing is wrong with it; one that fails at what it does, or is silent, does not.
 */
export class ServiceHeartbeats implements Service, Heartbeats {
  readonly name = "heartbeats";
  readonly #deps: ServiceHeartbeatsDeps;
  readonly #beats = new Map<string, WallSeconds>();
  #timer: Timer | undefined;

  constructor(deps: ServiceHeartbeatsDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer ??= this.#deps.timers.every(everySeconds, () => this.#look());
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  health(): ServiceHealth {
    return { status: this.#timer === undefined ? "stopped" : "running", lastError: undefined };
  }

  lastBeat(service: string): WallSeconds | undefined {
    return this.#beats.get(service);
  }

  #look(): void {
    const now = this.#deps.clock.wall();
    for (const { name, health } of this.#deps.services().map(asked)) {
      if (health.status === "running") this.#beats.set(name, now);
    }
  }
}

const asked = (service: Pick<Service, "name" | "health">) => ({
  name: service.name,
  health: service.health(),
});
