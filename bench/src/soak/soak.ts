import { existsSync, rmdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { noBrakes, ServerUnderTest, type ServerUnderTestOptions } from "@sc/server/testing";
import { seededRandom } from "../history-load.ts";
import { Elsewhere } from "./elsewhere.ts";
import {
  type EndingDeps,
  killAndRecover,
  killAndRestore,
  leaseSeconds,
  ownCpuGroupOf,
  stopCleanly,
} from "./endings.ts";
import { Findings } from "./findings.ts";
import { Fleet } from "./fleet.ts";
import { Measurement } from "./measurement.ts";
import { Observer } from "./observer.ts";
import { ServerGauge } from "./server-gauge.ts";
import type { SoakOptions } from "./soak-options.ts";
import { Stir } from "./stir.ts";
import { Visitors } from "./visitors.ts";

/** Of a long run the first ten minutes are not measured, of a short one the first half. */
const warmSecondsMax = 600;
/** To the server the machine does nothing else: its other work must not decide what may grow. */
const quietHost = `cat /proc/stat >"$0/stat"; mount --bind "$0/stat" /proc/stat`;
/** The server of a planted fault; it needs PLANT in its environment. */
const plantedServer = fileURLToPath(new URL("planted-server.ts", import.meta.url));

export interface SoakResult {
  readonly figures: Readonly<Record<string, number>>;
  readonly leaks: readonly string[];
}

/** One run: the real server, its containers, those who disturb both, and those who watch. */
export class Soak implements AsyncDisposable {
  readonly #options: SoakOptions;
  readonly #signal: AbortSignal;
  readonly #findings = new Findings();
  readonly #fleet: Fleet;
  readonly #server: ServerUnderTest;
  readonly #elsewhere: Elsewhere;
  readonly #observer: Observer;
  readonly #stir: Stir;
  readonly #visitors: Visitors;
  readonly #ending: EndingDeps;
  readonly #startedAt = performance.now();
  #ownGroup: string | undefined;

  constructor(options: SoakOptions, signal: AbortSignal) {
    const random = seededRandom(options.seed);
    this.#options = options;
    this.#signal = signal;
    this.#fleet = new Fleet(options, random);
    const { groups } = this.#fleet;
    this.#elsewhere = new Elsewhere([groups.folder("cpu", ""), groups.folder("memory", "")]);
    this.#server = new ServerUnderTest(serverOptions(groups.root, options));
    const common = { fleet: this.#fleet, server: this.#server, findings: this.#findings, random };
    this.#observer = new Observer(common);
    const { api } = this.#server;
    this.#stir = new Stir({ ...common, api, observer: this.#observer, churn: options.churn });
    this.#visitors = new Visitors(common);
    this.#ending = common;
  }

  async run(): Promise<SoakResult> {
    const seconds = this.#options.minutes * 60;
    const warmSeconds = Math.min(warmSecondsMax, seconds / 2);
    await this.#server.start();
    this.#ownGroup = ownCpuGroupOf(this.#server);
    for (const container of this.#fleet.scaled) await this.#stir.takeOn(container);
    this.#say(`${this.#fleet.all.length} containers, ${this.#fleet.scaled.length} in auto`);
    this.#observer.start();
    this.#wake();
    await this.#waitUntil(warmSeconds / 3);
    await this.#quiet();
    await this.#observer.stop();
    await killAndRecover(this.#ending);
    this.#say("the server was killed and is there again");
    this.#observer.start();
    this.#wake();
    await this.#waitUntil(warmSeconds);
    const measured = await this.#measurement().run(warmSeconds, seconds);
    const { rssGrowthPercent, ...informative } = measured.figures;
    await this.#observer.stop();
    const left = await this.#end();
    return {
      figures: {
        rssGrowthPercent,
        brokenInvariants: this.#findings.count,
        leaked: measured.leaked + left.length,
        ...informative,
        changes: this.#observer.changes.applied,
        containersMade: this.#fleet.made,
      },
      leaks: [...measured.leaks, ...left],
    };
  }

  #measurement(): Measurement {
    return new Measurement({
      gauge: new ServerGauge(this.#server),
      quiet: () => this.#quiet(),
      wake: () => this.#wake(),
      passed: () => this.#passed(),
      signal: this.#signal,
      say: (line) => this.#say(line),
    });
  }

  /** What is left when all is over, a line for each. */
  async #end(): Promise<readonly string[]> {
    await killAndRestore(this.#ending);
    this.#say("the server was killed, and the lease is over");
    await this.#server.start();
    const left = await stopCleanly(this.#ending);
    this.#elsewhere.check(this.#findings);
    await this.#fleet[Symbol.asyncDispose]();
    return [...left, ...this.#fleet.left()];
  }

  #wake(): void {
    this.#stir.start();
    this.#visitors.start();
  }

  async #quiet(): Promise<void> {
    await Promise.all([this.#stir.stop(), this.#visitors.stop()]);
  }

  #passed(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  async #waitUntil(seconds: number): Promise<void> {
    const ms = Math.max(0, seconds - this.#passed()) * 1000;
    await delay(ms, undefined, { signal: this.#signal });
  }

  #say(line: string): void {
    console.error(`${this.#passed().toFixed(0)} s  ${line}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#quiet().catch(() => undefined);
    await this.#observer.stop();
    await this.#server.close();
    await this.#fleet[Symbol.asyncDispose]();
    // Nobody left it if the run ended while the server lay killed.
    if (this.#ownGroup !== undefined && existsSync(this.#ownGroup)) rmdirSync(this.#ownGroup);
  }
}

function serverOptions(root: string, { plant }: SoakOptions): ServerUnderTestOptions {
  const configuration = {
    engines: { lxc: { enabled: false }, plain: { roots: [root] } },
    lease: { seconds: leaseSeconds },
    // All at once do not fit: growth is cut and held by what the host has left, too.
    host: { overcommit: 4 },
    // Nobody can watch for five minutes what lives for two; the other brakes are not loosened for good.
    brakes: {
      ...noBrakes,
      learningSeconds: 5,
      settleSeconds: 1,
      shrinkAtOncePercent: 60,
      holdSeconds: 15,
    },
    log: { level: "info", format: "json" },
  };
  const options = { configuration, mount: quietHost };
  if (plant === undefined) return options;
  const environment = { PLANT: plant, PLANT_ROOT: root };
  return { ...options, program: plantedServer, environment };
}
