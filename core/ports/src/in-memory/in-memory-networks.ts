import type { RestoreEntry } from "../cgroup.ts";
import type {
  HostInterface,
  InterfaceAnswer,
  NetworkLimit,
  Networks,
  NetworkUse,
  NetworkWriteOutcome,
} from "../networks.ts";

/** What the kernel has of one interface; the containers' other ends are processes. */
export interface InMemoryInterface {
  readonly link: HostInterface;
  readonly processIds: readonly number[];
  limit: NetworkLimit;
  use: NetworkUse;
  foreign: { readonly egress: boolean; readonly ingress: boolean };
}

/** A kernel without packets, shared by those that write to it. */
export class InMemoryNetworkWorld {
  readonly interfaces: InMemoryInterface[] = [];
  readonly living = new Set<number>();
  readonly hostProcesses = new Set<number>();
  /** What was made for interfaces that have gone. */
  readonly leftOvers: string[] = [];
  #indexes = 1;

  add(processIds: readonly number[]): InMemoryInterface {
    this.#indexes += 1;
    const added: InMemoryInterface = {
      link: { name: `veth${this.#indexes}`, index: this.#indexes },
      processIds,
      limit: noLimit,
      use: { bytesReceived: 0, bytesSent: 0 },
      foreign: { egress: false, ingress: false },
    };
    this.interfaces.push(added);
    for (const id of processIds) this.living.add(id);
    return added;
  }

  end(processIds: readonly number[]): void {
    for (const id of processIds) this.living.delete(id);
    const lives = ({ processIds: ids }: InMemoryInterface) => ids.some((id) => this.living.has(id));
    for (const { link, limit } of this.interfaces.filter((one) => !lives(one)))
      if (limit.sendMbit !== null) this.leftOvers.push(`device of ${link.name}`);
    this.interfaces.splice(0, this.interfaces.length, ...this.interfaces.filter(lives));
  }
}

const noLimit: NetworkLimit = { receiveMbit: null, sendMbit: null };

export class InMemoryNetworks implements Networks {
  readonly #world: InMemoryNetworkWorld;
  readonly #found = new Set<InMemoryInterface>();

  constructor(world: InMemoryNetworkWorld) {
    this.#world = world;
  }

  async find(processIds: readonly number[]): Promise<InterfaceAnswer> {
    const { living, hostProcesses, interfaces } = this.#world;
    const ids = new Set(processIds.filter((id) => living.has(id)));
    if (ids.size === 0) return { kind: "gone" };
    if ([...ids].some((id) => hostProcesses.has(id)))
      return notLimitable("host-network", "it uses the host's own network");
    const [found, ...others] = interfaces.filter((one) => one.processIds.some((id) => ids.has(id)));
    if (found === undefined)
      return notLimitable("no-interface", "none of the host's interfaces leads to it");
    if (others.length > 0)
      return notLimitable("several-interfaces", `${others.length + 1} interfaces lead to it`);
    this.#found.add(found);
    return { kind: "found", link: found.link };
  }

  readUse(): ReadonlyMap<number, NetworkUse> {
    const there = [...this.#found].filter((one) => this.#world.interfaces.includes(one));
    return new Map(there.map(({ link, use }) => [link.index, use]));
  }

  async readLimit(link: HostInterface): Promise<NetworkLimit | undefined> {
    return this.#interfaceOf(link)?.limit;
  }

  async writeLimit(link: HostInterface, limit: NetworkLimit): Promise<NetworkWriteOutcome> {
    const found = this.#interfaceOf(link);
    if (found === undefined || !this.#found.has(found)) return { kind: "gone" };
    const { egress, ingress } = found.foreign;
    if ((egress && limit.receiveMbit !== null) || (ingress && limit.sendMbit !== null)) {
      const text = `${link.name} has a limit of another hand, which is not replaced`;
      return { kind: "refused", refusal: { code: "not-permitted", text } };
    }
    if (isSameLimit(found.limit, limit)) return { kind: "unchanged", limit };
    found.limit = limit;
    return { kind: "applied", limit };
  }

  async removeLeftOvers(): Promise<readonly string[]> {
    return this.#world.leftOvers.splice(0);
  }

  restoreEntry({ name, index }: HostInterface, mbit: number | null): RestoreEntry {
    const folder = `/in-memory/net/${name}`;
    const steps = [{ file: `${folder}/limit`, value: String(mbit) }];
    return { resource: "net", inode: String(index), folder, steps };
  }

  limitOfEntry({ name, index }: HostInterface, entry: RestoreEntry): number | null | undefined {
    const { resource, folder, inode, steps } = entry;
    const isOurs = folder === `/in-memory/net/${name}` && inode === String(index);
    const value = steps[0]?.value;
    if (resource !== "net" || !isOurs || value === undefined) return undefined;
    return value === "null" ? null : Number(value);
  }

  #interfaceOf({ name, index }: HostInterface): InMemoryInterface | undefined {
    return this.#world.interfaces.find(({ link }) => link.index === index && link.name === name);
  }
}

const isSameLimit = (a: NetworkLimit, b: NetworkLimit): boolean =>
  a.receiveMbit === b.receiveMbit && a.sendMbit === b.sendMbit;

const notLimitable = (
  code: Extract<InterfaceAnswer, { kind: "not-limitable" }>["code"],
  text: string,
): InterfaceAnswer => ({ kind: "not-limitable", code, text });
