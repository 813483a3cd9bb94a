import {
  coreSecondsToShares,
  grantableShares,
  type HostObservation,
  type Ledger,
  type MonotonicSeconds,
  noOutsideUse,
  type OutsideUse,
  outsideShares,
  sharesPerCore,
  withOutsideReading,
} from "@sc/domain";
import type { Clock, HostReader } from "@sc/ports";

/** Below this share of its memory a host is pressed: nothing grows. */
const leastAvailablePercent = 2;
/** All tasks waiting for memory for this share of ten seconds: the host is pressed. */
const mostFullStallPercent = 20;

/** Watches the machine itself: what runs outside auto, and whether growing is wise. */
export class HostWatch {
  readonly #deps: { readonly clock: Clock; readonly hostReader: HostReader };
  readonly #reservePercent: number;
  readonly #overcommit: number;
  #outside: OutsideUse = noOutsideUse;
  /** Sorted out once a second, asked for at each tick. */
  #outsideShares: number | undefined;
  #last: { readonly at: MonotonicSeconds; readonly outsideCoreSeconds: number } | undefined;
  #isPressed = false;

  constructor(
    deps: { readonly clock: Clock; readonly hostReader: HostReader },
    options: { readonly reservePercent: number; readonly overcommit: number },
  ) {
    this.#deps = deps;
    this.#reservePercent = options.reservePercent;
    this.#overcommit = options.overcommit;
  }

  /** Once a second. `autoCoreSeconds`: used so far by what is or was in auto, a sum that only grows. */
  read(autoCoreSeconds: number): void {
    this.#readOutside(autoCoreSeconds);
    const memory = this.#deps.hostReader.readMemory();
    this.#isPressed =
      memory !== undefined &&
      (memory.availableMib < (this.#deps.hostReader.memMibTotal * leastAvailablePercent) / 100 ||
        memory.fullStallPercent > mostFullStallPercent);
  }

  /** Other containers are in auto now: earlier readings counted theirs as outside. */
  beginAnew(): void {
    this.#outside = noOutsideUse;
    this.#outsideShares = undefined;
    this.#last = undefined;
  }

  #readOutside(autoCoreSeconds: number): void {
    const hostCoreSeconds = this.#deps.hostReader.readCpuUsedSeconds();
    if (hostCoreSeconds === undefined) return;
    const reading = {
      at: this.#deps.clock.monotonic(),
      outsideCoreSeconds: hostCoreSeconds - autoCoreSeconds,
    };
    const last = this.#last;
    this.#last = reading;
    if (last === undefined || reading.at <= last.at) return;
    const used = reading.outsideCoreSeconds - last.outsideCoreSeconds;
    this.#outside = withOutsideReading(
      this.#outside,
      coreSecondsToShares(used, reading.at - last.at),
    );
    this.#outsideShares = outsideShares(this.#outside);
  }

  observation(ledger: Ledger): HostObservation {
    const totalShares = this.#deps.hostReader.cores * sharesPerCore;
    const grantable = grantableShares(
      {
        totalShares,
        reservePercent: this.#reservePercent,
        overcommit: this.#overcommit,
        outsideShares: this.#outsideShares,
      },
      ledger,
    );
    return {
      cpuSharesTotal: totalShares,
      cpuSharesGrantable: grantable,
      cpuSharesGranted: ledger.grantedShares,
      isOvercommitted: ledger.grantedShares > grantable,
      isPressed: this.#isPressed,
    };
  }
}
