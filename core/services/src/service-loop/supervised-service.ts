import type { Log, Timer, Timers } from "@sc/ports";
import type { Service, ServiceHealth } from "./service.ts";

const retrySeconds = { first: 1, most: 30 };

export interface SupervisedServiceDeps {
  readonly timers: Timers;
  readonly log: Log;
  /** What the service fails at, as its bus saw it. */
  readonly failure?: () => string | undefined;
}

/**
 * Starts a service again and again until it starts: after 1 s, 2 s, 4 s, … at most 30 s. Meanwhile the
 * others run, and the health says what is missing.
 */
export class SupervisedService implements Service {
  readonly name: string;
  readonly #service: Service;
  readonly #deps: SupervisedServiceDeps;
  #retry: Timer | undefined;
  #waitSeconds = retrySeconds.first;
  #failure: string | undefined;
  #isStopped = false;

  constructor(service: Service, deps: SupervisedServiceDeps) {
    this.name = service.name;
    this.#service = service;
    this.#deps = deps;
  }

  start(): void {
    this.#isStopped = false;
    try {
      this.#service.start();
      this.#failure = undefined;
      this.#waitSeconds = retrySeconds.first;
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const { log, timers } = this.#deps;
    this.#failure = error instanceof Error ? error.message : String(error);
    const again = this.#waitSeconds;
    this.#waitSeconds = Math.min(2 * again, retrySeconds.most);
    const service = this.name;
    log.error("a service could not be started; it is tried again", { service, error, again });
    this.#retry = timers.after(again, () => void this.#startAnew());
  }

  /** What was begun is ended first, so that nothing of it runs twice. */
  async #startAnew(): Promise<void> {
    await this.#end();
    if (!this.#isStopped) this.start();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#retry?.cancel();
    await this.#end();
  }

  /** A service that cannot be stopped keeps no other from being stopped. */
  async #end(): Promise<void> {
    try {
      await this.#service.stop();
    } catch (error) {
      this.#deps.log.error("a service could not be stopped", { service: this.name, error });
    }
  }

  health(): ServiceHealth {
    if (this.#failure !== undefined)
      return { status: "failing", lastError: `it could not be started: ${this.#failure}` };
    const health = this.#service.health();
    const lastError = this.#deps.failure?.();
    if (health.status !== "running" || lastError === undefined) return health;
    return { status: "failing", lastError };
  }
}
