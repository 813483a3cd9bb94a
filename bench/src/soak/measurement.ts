import { setTimeout as delay } from "node:timers/promises";
import { growthPercent, type Reading } from "./growth.ts";
import { grownSince, leastOf } from "./leaks.ts";
import type { Holdings, ServerGauge } from "./server-gauge.ts";

const rssEveryMs = 2000;
/** Until what was begun is over and everything has been looked at once. */
const restSeconds = 14;
const restLooks = 4;
/** Times in which everything rests after the first, in a run that is long enough. */
const restsMax = 4;
const leastSecondsPerRest = 120;

export interface MeasurementDeps {
  readonly gauge: ServerGauge;
  /** Ends when nobody comes, goes or asks any more; the load goes on. */
  readonly quiet: () => Promise<void>;
  readonly wake: () => void;
  /** Seconds since the run began. */
  readonly passed: () => number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface Measured {
  readonly figures: {
    readonly rssGrowthPercent: number;
    readonly diskGrowthMib: number;
    readonly cpuPercentOfCore: number;
    readonly rssMib: number;
    readonly heapUsedGrowthMib: number;
  };
  /** A line for each thing of which more is held than before. */
  readonly leaks: readonly string[];
  readonly leaked: number;
}

/** What the server takes from the end of the warm-up on, and what it holds whenever all is quiet. */
export class Measurement {
  readonly #deps: MeasurementDeps;

  constructor(deps: MeasurementDeps) {
    this.#deps = deps;
  }

  async run(from: number, to: number): Promise<Measured> {
    const { gauge, passed, say } = this.#deps;
    const end = new AbortController();
    const cpuSeconds = gauge.cpuSeconds();
    const diskMib = gauge.diskMib();
    const reading = this.#readRss(AbortSignal.any([end.signal, this.#deps.signal]));
    const first = await this.#rest();
    const heapBefore = await gauge.heap();
    say(`${JSON.stringify(heapBefore)} ${JSON.stringify(first)}`);
    let last = first;
    const rests = Math.min(restsMax, Math.ceil((to - from) / leastSecondsPerRest));
    for (let rest = 1; rest <= rests; rest += 1) {
      this.#deps.wake();
      await this.#waitUntil(from + ((to - from) * rest) / rests - restSeconds - restLooks);
      last = await this.#rest();
      say(`${JSON.stringify(await gauge.heap())} ${JSON.stringify(last)}`);
    }
    const heapAfter = await gauge.heap();
    end.abort();
    const readings = await reading;
    const grown = grownSince(first, last);
    return {
      figures: {
        rssGrowthPercent: growthPercent(readings),
        diskGrowthMib: gauge.diskMib() - diskMib,
        cpuPercentOfCore: ((gauge.cpuSeconds() - cpuSeconds) / (passed() - from)) * 100,
        rssMib: readings.at(-1)?.value ?? Number.NaN,
        heapUsedGrowthMib: (heapAfter.heapUsedMib ?? 0) - (heapBefore.heapUsedMib ?? 0),
      },
      leaks: grown.map(({ name, before, now }) => `${name}: ${before} before, ${now} at the end`),
      leaked: grown.reduce((sum, { before, now }) => sum + now - before, 0),
    };
  }

  async #waitUntil(seconds: number): Promise<void> {
    const { passed, signal } = this.#deps;
    await delay(Math.max(0, seconds - passed()) * 1000, undefined, { signal });
  }

  async #readRss(signal: AbortSignal): Promise<readonly Reading[]> {
    const readings: Reading[] = [];
    while (!signal.aborted) {
      readings.push({ at: this.#deps.passed(), value: this.#deps.gauge.rssMib() });
      await delay(rssEveryMs, undefined, { signal }).catch(() => undefined);
    }
    return readings;
  }

  async #rest(): Promise<Holdings> {
    const { gauge, quiet, signal } = this.#deps;
    await quiet();
    await delay(restSeconds * 1000, undefined, { signal });
    const looks: Holdings[] = [];
    for (let look = 0; look < restLooks; look += 1) {
      looks.push(await gauge.holdings());
      await delay(1000, undefined, { signal });
    }
    return leastOf(looks);
  }
}
