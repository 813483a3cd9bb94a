import { setTimeout as delay } from "node:timers/promises";
import type { ServerUnderTest } from "@sc/server/testing";
import type { Findings } from "./findings.ts";
import type { Fleet } from "./fleet.ts";
import { scrape } from "./scrape.ts";

export interface VisitorsDeps {
  readonly server: ServerUnderTest;
  readonly fleet: Fleet;
  readonly findings: Findings;
  readonly random: () => number;
}

/** Programs and people who read: a monitor, a dashboard that comes and goes, someone at a terminal. */
export class Visitors {
  readonly #deps: VisitorsDeps;
  #end = new AbortController();
  #running: readonly Promise<void>[] = [];

  constructor(deps: VisitorsDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#end = new AbortController();
    const { signal } = this.#end;
    const { server, random } = this.#deps;
    const { api } = server;
    this.#running = [
      this.#again(5000, signal, () => scrape(server.socket)),
      this.#again(2000, signal, () => api.structures()),
      this.#again(3000, signal, () => this.#askAboutOne()),
      this.#again(1000, signal, () => this.#followForAWhile(Math.round(2000 + random() * 6000))),
      this.#again(10_000, signal, () => api.changes({ limit: 1000 })),
      this.#again(7000, signal, () => api.requests({ limit: 100 })),
      this.#again(6000, signal, () => api.health()),
    ];
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#running);
  }

  async #again(ms: number, signal: AbortSignal, visit: () => Promise<unknown>): Promise<void> {
    while (!signal.aborted) {
      try {
        await visit();
      } catch (error) {
        this.#deps.findings.add("failed", String(error));
      }
      await delay(ms, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One that was not removed a moment ago. */
  async #askAboutOne(): Promise<void> {
    const { fleet, random, server } = this.#deps;
    const old = fleet.all.filter(({ isBusy, madeAt }) => !isBusy && madeAt < Date.now() - 10_000);
    const container = old[Math.floor(random() * old.length)];
    if (container === undefined) return;
    const { name } = container;
    try {
      await server.api.explain(name);
      await server.api.usageHistory(name, { from: "-10m" });
    } catch (error) {
      // It may be removed at this moment.
      if (fleet.get(name) === container && !container.isBusy) throw error;
    }
  }

  async #followForAWhile(ms: number): Promise<void> {
    const signal = AbortSignal.any([AbortSignal.timeout(ms), this.#end.signal]);
    for await (const { topic } of this.#deps.server.api.stream({ signal })) {
      if (topic === "settings" && signal.aborted) return;
    }
  }
}
