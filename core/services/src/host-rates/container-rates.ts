import type { ByRate, RateResource } from "@sc/domain";
import type {
  Clock,
  ControlGroup,
  DataDisk,
  DataDisks,
  Networks,
  NetworkUse,
  RateControl,
  RateWriteOutcome,
  RestoreEntry,
} from "@sc/ports";
import { ContainerDisk } from "./container-disk.ts";
import { ContainerNetwork } from "./container-network.ts";

export interface ContainerRatesDeps {
  readonly clock: Clock;
  readonly disks: DataDisks;
  readonly networks: Networks | undefined;
  /** Of an interface, by its number. */
  readonly readUse: (index: number) => NetworkUse | undefined;
  readonly onLinkGone: () => void;
}

/** Disk and network of one container, as far as it has them. */
export class ContainerRates implements RateControl {
  readonly #disk: ContainerDisk;
  readonly #network: ContainerNetwork;

  constructor(group: ControlGroup, deps: ContainerRatesDeps) {
    this.#disk = new ContainerDisk(group, deps);
    this.#network = new ContainerNetwork(group, deps);
  }

  get caveats(): ByRate<string> {
    const [disk, net] = [this.#disk.caveats, this.#network.caveat];
    return net === undefined ? disk : { ...disk, net };
  }

  get disk(): DataDisk | undefined {
    return this.#disk.found;
  }

  readTotals(): ByRate<number> {
    const net = this.#network.readTotal();
    return { ...this.#disk.readTotals(), ...(net !== undefined && { net }) };
  }

  async readLimits(): Promise<ByRate<number | null>> {
    const disk = this.#disk.readLimits();
    const net = await this.#network.readLimit();
    return net === undefined ? disk : { ...disk, net };
  }

  async write(resource: RateResource, amount: number | null): Promise<RateWriteOutcome> {
    return resource === "net" ? this.#network.write(amount) : this.#disk.write(resource, amount);
  }

  restoreEntries(limits: ByRate<number | null>): readonly RestoreEntry[] {
    const entries = [
      this.#disk.restoreEntry("disk_read", limits.disk_read),
      this.#disk.restoreEntry("disk_write", limits.disk_write),
      this.#network.restoreEntry(limits.net),
    ];
    return entries.filter((entry) => entry !== undefined);
  }

  limitsOfEntries(entries: readonly RestoreEntry[]): ByRate<number | null> {
    const net = this.#network.limitOfEntries(entries);
    return {
      ...this.#disk.limitsOfEntries(entries),
      ...(net !== undefined && { net }),
    };
  }

  close(): void {
    this.#network.close();
  }
}
