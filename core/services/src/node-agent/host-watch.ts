import {
  type ByRate,
  type ByResource,
  type ComputeResource,
  coreSecondsToShares,
  grantable,
  type HostBook,
  type HostObservation,
  isRateResource,
  type Ledger,
  type MonotonicSeconds,
  noOutsideUse,
  type OutsideUse,
  outsideUse,
  type Resource,
  rateResources,
  reserveOf,
  sharesPerCore,
  withOutsideReading,
} from "@sc/domain";
import type { Clock, HostReader } from "@sc/ports";
import type { DeclaredTotals } from "../catalogue/declared-totals.ts";
import type { AgentOptions } from "./agent-options.ts";

/** Below this share of its memory a host is pressed: nothing grows. */
const leastAvailablePercent = 2;
/** All tasks waiting for memory for this share of ten seconds: the host is pressed. */
const mostFullStallPercent = 20;

/**
 * Host and containers are not read at the same moment. Where containers seem to use so much more than the
 * host, as after a standstill or when much was just given back, nothing is known of what is outside.
 */
const mostBlurPercent = 5;
/** A host that goes on counting less than its containers counts so: then nothing is outside. */
const impossibleMost = 3;

/**
 * With less idle than this share of its cpu a host is full: what runs outside then takes what containers
 * give up, so its use says what it gets, and not what it needs. Counted in full it would leave them no room
 * to grow back into, ever.
 */
const idlePercentLeast = 5;

/** What containers in auto used: cpu so far, a sum that only grows, and memory now. */
export interface AutoUse {
  readonly coreSeconds: number;
  readonly memMib: number;
}

/** The use outside auto, and its figure of now: sorted out once a second, asked for at each tick. */
interface Outside {
  readings: OutsideUse;
  figure: number | undefined;
  /** Readings in a row that cannot be. */
  impossible: number;
  /** The last figure, also of readings that are dropped: on a full host it is not exceeded. */
  mostWhenFull: number;
}

const noBooks: ByRate<HostBook> = {};

interface HostWatchDeps {
  readonly clock: Clock;
  readonly hostReader: HostReader;
  /** How much may be handed out, as far as anybody said. */
  readonly declaredTotals?: () => DeclaredTotals;
}

/** Watches the machine itself: what runs outside auto, and whether growing is wise. */
export class HostWatch {
  readonly #deps: HostWatchDeps;
  readonly #options: () => Pick<AgentOptions, "reservePercent" | "overcommit">;
  readonly #outside: Readonly<Record<ComputeResource, Outside>> = {
    cpu: nothingKnown(),
    mem: nothingKnown(),
  };
  #lastCpu:
    | {
        readonly at: MonotonicSeconds;
        readonly hostCoreSeconds: number;
        readonly outsideCoreSeconds: number;
      }
    | undefined;
  #isPressed = false;

  constructor(
    deps: HostWatchDeps,
    options: () => Pick<AgentOptions, "reservePercent" | "overcommit">,
  ) {
    this.#deps = deps;
    this.#options = options;
  }

  /** Once a second. */
  read(auto: AutoUse): void {
    this.#readCpu(auto.coreSeconds);
    const { memMibTotal } = this.#deps.hostReader;
    const memory = this.#deps.hostReader.readMemory();
    if (memory === undefined) {
      this.#isPressed = false;
      return;
    }
    const { availableMib, fullStallPercent } = memory;
    this.#take("mem", memMibTotal - availableMib - auto.memMib);
    this.#isPressed =
      availableMib < (memMibTotal * leastAvailablePercent) / 100 ||
      fullStallPercent > mostFullStallPercent;
  }

  /** Other containers are in auto now: earlier readings counted theirs as outside. */
  beginAnew(resource: Resource): void {
    if (isRateResource(resource)) return;
    const outside = this.#outside[resource];
    Object.assign(outside, nothingKnown(), { mostWhenFull: outside.mostWhenFull });
    if (resource === "cpu") this.#lastCpu = undefined;
  }

  #readCpu(autoCoreSeconds: number): void {
    const hostCoreSeconds = this.#deps.hostReader.readCpuUsedSeconds();
    if (hostCoreSeconds === undefined) return;
    const reading = {
      at: this.#deps.clock.monotonic(),
      hostCoreSeconds,
      outsideCoreSeconds: hostCoreSeconds - autoCoreSeconds,
    };
    const last = this.#lastCpu;
    this.#lastCpu = reading;
    if (last === undefined || reading.at <= last.at) return;
    const seconds = reading.at - last.at;
    const used = reading.outsideCoreSeconds - last.outsideCoreSeconds;
    const amount = coreSecondsToShares(used, seconds);
    const busy = coreSecondsToShares(reading.hostCoreSeconds - last.hostCoreSeconds, seconds);
    const total = this.#deps.hostReader.cores * sharesPerCore;
    const isFull = busy > (total * (100 - idlePercentLeast)) / 100;
    this.#take("cpu", isFull ? Math.min(amount, this.#outside.cpu.mostWhenFull) : amount);
  }

  #take(resource: ComputeResource, amount: number): void {
    const { cores, memMibTotal } = this.#deps.hostReader;
    const total = resource === "cpu" ? cores * sharesPerCore : memMibTotal;
    const outside = this.#outside[resource];
    const isPossible = amount >= (-total * mostBlurPercent) / 100;
    outside.impossible = isPossible ? 0 : outside.impossible + 1;
    if (!isPossible && outside.impossible <= impossibleMost) return;
    outside.readings = withOutsideReading(outside.readings, amount);
    outside.figure = outsideUse(outside.readings);
    if (outside.figure !== undefined) outside.mostWhenFull = outside.figure;
  }

  observation(ledgers: ByResource<Ledger>): HostObservation {
    const { cores, memMibTotal } = this.#deps.hostReader;
    return {
      cpu: this.#book("cpu", cores * sharesPerCore, ledgers.cpu),
      mem: this.#book("mem", memMibTotal, ledgers.mem),
      ...this.#rateBooks(ledgers),
      isPressed: this.#isPressed,
    };
  }

  /** Only of what somebody said how much there is: what else uses it nobody measures. */
  #rateBooks(ledgers: ByResource<Ledger>): ByRate<HostBook> {
    const totals = this.#deps.declaredTotals?.() ?? {};
    // The usual case, asked at each order: nobody said anything.
    if (!rateResources.some((resource) => totals[resource] !== undefined)) return noBooks;
    const { reservePercent, overcommit } = this.#options();
    const books = rateResources.flatMap((resource) => {
      const total = totals[resource];
      if (total === undefined) return [];
      const reserve = reserveOf(resource, total, reservePercent);
      const { granted } = ledgers[resource];
      const most = grantable({ total, reserve, overcommit, outside: 0 }, ledgers[resource]);
      return [[resource, { total, grantable: most, granted, isOvercommitted: granted > most }]];
    });
    return Object.fromEntries(books);
  }

  #book(resource: ComputeResource, total: number, ledger: Ledger): HostBook {
    const { reservePercent, overcommit } = this.#options();
    const reserve = reserveOf(resource, total, reservePercent);
    const outside = this.#outside[resource].figure;
    const declared = this.#deps.declaredTotals?.()[resource] ?? Number.POSITIVE_INFINITY;
    const most = Math.min(grantable({ total, reserve, overcommit, outside }, ledger), declared);
    const { granted } = ledger;
    return { total, grantable: most, granted, isOvercommitted: granted > most };
  }
}

const nothingKnown = (): Outside => ({
  readings: noOutsideUse,
  figure: undefined,
  impossible: 0,
  mostWhenFull: Number.POSITIVE_INFINITY,
});
