import type { MonotonicSeconds } from "@sc/domain";
import type {
  Clock,
  ControlGroup,
  DataDisks,
  FoundContainer,
  Log,
  Networks,
  NetworkUse,
  RateControl,
  RateControls,
} from "@sc/ports";
import { ContainerRates } from "./container-rates.ts";

export interface HostRatesDeps {
  readonly clock: Clock;
  readonly disks: DataDisks;
  /** Absent where the network is not looked at. */
  readonly networks: Networks | undefined;
  readonly log: Log;
}

/** Containers are asked one after another in one turn: one reading serves them all. */
const useFreshSeconds = 0.2;

/** Disk and network of this host's containers: disks by their groups, networks by the host's interfaces. */
export class HostRates implements RateControls {
  readonly #deps: HostRatesDeps;
  #use:
    | { readonly at: MonotonicSeconds; readonly all: ReadonlyMap<number, NetworkUse> }
    | undefined;
  #isRemoving = false;

  constructor(deps: HostRatesDeps) {
    this.#deps = deps;
    this.#removeLeftOvers();
  }

  open(_container: FoundContainer, group: ControlGroup): RateControl {
    return new ContainerRates(group, {
      ...this.#deps,
      readUse: (index) => this.#readUse(index),
      onLinkGone: () => this.#removeLeftOvers(),
    });
  }

  #readUse(index: number): NetworkUse | undefined {
    const { clock, networks } = this.#deps;
    const at = clock.monotonic();
    if (this.#use === undefined || at - this.#use.at > useFreshSeconds)
      this.#use = { at, all: networks?.readUse() ?? new Map() };
    return this.#use.all.get(index);
  }

  /** What earlier processes left, and what containers leave that end. */
  #removeLeftOvers(): void {
    const { log, networks } = this.#deps;
    if (networks === undefined || this.#isRemoving) return;
    this.#isRemoving = true;
    networks
      .removeLeftOvers()
      .then((devices) => {
        if (devices.length > 0) log.info("what outlived its interface was removed", { devices });
      })
      .catch((error: unknown) => {
        log.warn("what outlived its interface could not be removed", { why: String(error) });
      })
      .finally(() => {
        this.#isRemoving = false;
      });
  }
}
