import { setTimeout as delay } from "node:timers/promises";
import type { ComputeResource } from "@sc/contracts";
import type { ServerUnderTest } from "@sc/server/testing";
import { ChangeChecks } from "./change-checks.ts";
import type { Findings } from "./findings.ts";
import type { Fleet } from "./fleet.ts";
import { LedgerChecks } from "./ledger-checks.ts";
import { LimitWatch } from "./limit-watch.ts";
import { scrape } from "./scrape.ts";
import { amountOf, type SoakContainer } from "./soak-container.ts";
import { WriteChecks } from "./write-checks.ts";

/** A difference that is still there after so many looks in a row is none that is under way. */
const looksInRow = 4;
const resources = ["cpu", "mem"] as const;
/** In shares and MiB. */
const rounding = 0.05;
const scrapeEvery = 3;
/** Until the server has noticed, and grants are what they will be. */
const movingMs = 2000;

/**
 * Watches the kernel and the server from outside, and finds what must not be: it hears of every write from
 * the kernel, of every change from the server's stream, and looks at all limits once a second.
 */
export class Observer {
  readonly changes: ChangeChecks;
  readonly #fleet: Fleet;
  readonly #server: ServerUnderTest;
  readonly #findings: Findings;
  readonly #writes: WriteChecks;
  readonly #ledger: LedgerChecks;
  readonly #watch: LimitWatch;
  readonly #differing = new Map<string, number>();
  readonly #killed = new WeakSet<SoakContainer>();
  #grantsMovedAt = 0;
  #scrapedAt = 0;
  #end = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(deps: {
    readonly fleet: Fleet;
    readonly server: ServerUnderTest;
    readonly findings: Findings;
  }) {
    this.#fleet = deps.fleet;
    this.#server = deps.server;
    this.#findings = deps.findings;
    this.changes = new ChangeChecks((name) => deps.fleet.get(name), deps.findings);
    this.#writes = new WriteChecks(this.changes, deps.findings);
    this.#ledger = new LedgerChecks(deps.findings);
    this.#watch = new LimitWatch((write) => this.#writes.take(write));
  }

  /** The server answers, and every container is made. */
  start(): void {
    this.#end = new AbortController();
    this.changes.beginAnew();
    this.#writes.beginAnew();
    this.#ledger.beginAnew();
    this.#differing.clear();
    for (const container of this.#fleet.all) this.#watch.add(container);
    const { signal } = this.#end;
    this.#running = Promise.all([this.#follow(signal), this.#lookAgainAndAgain(signal)]);
  }

  /** Before the server is ended: what is written then, others look at. */
  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
    this.#watch.close();
  }

  /** It was made, or made anew under its name. */
  added(container: SoakContainer): void {
    this.changes.forget(container.name);
    this.#watch.add(container);
  }

  /** Before it is removed. */
  removed(container: SoakContainer): void {
    this.#checkKills(container);
    this.#watch.remove(container);
  }

  /** Grants are others now for a reason that is no growth: another hand, a restart, a mode. */
  grantsMove(): void {
    this.#grantsMovedAt = Date.now();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    // From the first message on: the server may have told of changes before we listen.
    let after = 0;
    while (!signal.aborted) {
      try {
        for await (const message of this.#server.api.stream({
          topics: ["changes"],
          after,
          signal,
        })) {
          after = message.number ?? after;
          if (message.topic === "changes") this.changes.take(message.data);
        }
      } catch (error) {
        if (!signal.aborted) this.#findings.add("stream-broken", String(error));
      }
      await pause(200, signal);
    }
  }

  async #lookAgainAndAgain(signal: AbortSignal): Promise<void> {
    for (let turn = 0; !signal.aborted; turn += 1) {
      this.#writes.settle(Date.now());
      for (const container of this.#fleet.all) this.#look(container);
      if (turn % scrapeEvery === 0) {
        await this.#ask().catch((error: unknown) => {
          if (!signal.aborted) this.#findings.add("no-answer", String(error));
        });
      }
      await pause(1000, signal);
    }
  }

  async #ask(): Promise<void> {
    const said = await scrape(this.#server.socket);
    if (this.#grantsMovedAt > this.#scrapedAt - movingMs) this.#ledger.beginAnew();
    this.#scrapedAt = Date.now();
    this.#ledger.take(said);
    const { services, history } = await this.#server.api.health();
    for (const { name, status, lastError } of services) {
      if (status !== "running")
        this.#findings.add("service-down", `${name} ${status}: ${lastError}`);
    }
    const lost = (history?.lostReadings ?? 0) + (history?.lostRecords ?? 0);
    if (lost > 0) this.#findings.add("history-lost", `${lost} readings and records`);
  }

  #look(container: SoakContainer): void {
    this.#checkKills(container);
    for (const resource of resources) {
      const key = `${container.name} ${resource}`;
      const difference = this.#differenceOf(container, resource);
      const times = difference === undefined ? 0 : (this.#differing.get(key) ?? 0) + 1;
      this.#differing.set(key, times);
      if (times === looksInRow) {
        this.#findings.add("limit-differs", `${container.name} ${resource}: ${difference}`);
      }
    }
  }

  /** What nobody may write is what it was made with; the rest is where the changes say it is. */
  #differenceOf(container: SoakContainer, resource: ComputeResource): string | undefined {
    const limit = container.limit(resource);
    if (limit === undefined) return undefined;
    const isUntouched = !container.scaled.includes(resource) || container.treatment === "released";
    if (isUntouched) {
      if (container.hasFirst(resource)) return undefined;
      return `${JSON.stringify(limit)}, first ${container.firstText(resource)}`;
    }
    const told = this.changes.left(container.name, resource);
    const amount = amountOf(resource, limit);
    if (told === undefined || Math.abs(told - amount) <= rounding) return undefined;
    return `${amount} in the kernel, the last change left ${told}`;
  }

  #checkKills(container: SoakContainer): void {
    if (this.#killed.has(container)) return;
    try {
      const kills = Number(/^oom_kill (\d+)$/m.exec(container.read("memory.oom_control"))?.[1]);
      if (kills === 0) return;
      this.#killed.add(container);
      this.#findings.add("killed", `${container.name}: ${kills} for want of memory`);
    } catch {
      // It was removed.
    }
  }
}

/** Ends at once, and without a word, when it is aborted. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);
