import type {
  Clock,
  ControlGroup,
  HostInterface,
  NetworkLimit,
  Networks,
  NetworkUse,
  RateWriteOutcome,
  RestoreEntry,
} from "@sc/ports";
import { LookedUp } from "./looked-up.ts";

export interface ContainerNetworkDeps {
  readonly clock: Clock;
  readonly networks: Networks | undefined;
  readonly readUse: (index: number) => NetworkUse | undefined;
  readonly onLinkGone: () => void;
}

/** A process in another network than the rest is among the first, or it is not seen. */
const processesMax = 16;
const bitsPerMbit = 1e6;

/** The one interface that leads to a container. */
export class ContainerNetwork {
  readonly #group: ControlGroup;
  readonly #deps: ContainerNetworkDeps;
  readonly #link: LookedUp<HostInterface>;
  #looking: Promise<void> | undefined;
  /**
   * One limit holds each way alike, so what counts of an interval is the busier way; the sum of these. The
   * sum of both ways could be twice the limit.
   */
  #mbit = 0;
  #last: NetworkUse | undefined;

  constructor(group: ControlGroup, deps: ContainerNetworkDeps) {
    this.#group = group;
    this.#deps = deps;
    this.#link = new LookedUp(deps.clock);
  }

  /** Why it has no network that can be limited. */
  get caveat(): string | undefined {
    return this.#link.why;
  }

  readTotal(): number | undefined {
    const link = this.#link.found;
    const use = link && this.#deps.readUse(link.index);
    if (use === undefined) {
      this.#last = undefined;
      return undefined;
    }
    const last = this.#last ?? use;
    const received = use.bytesReceived - last.bytesReceived;
    const sent = use.bytesSent - last.bytesSent;
    this.#mbit += (Math.max(received, sent, 0) * 8) / bitsPerMbit;
    this.#last = use;
    return this.#mbit;
  }

  async readLimit(): Promise<number | null | undefined> {
    const link = await this.#look();
    const limit = link && (await this.#deps.networks?.readLimit(link));
    if (link !== undefined && limit === undefined) this.#lose();
    return limit && alikeOf(limit);
  }

  async write(mbit: number | null): Promise<RateWriteOutcome> {
    const { networks } = this.#deps;
    const link = await this.#look();
    if (link === undefined || networks === undefined) {
      if (!this.#group.exists()) return { kind: "gone" };
      const text = this.#link.why ?? "the network is not looked at";
      return { kind: "refused", refusal: { code: "no-controller", text } };
    }
    const outcome = await networks.writeLimit(link, { receiveMbit: mbit, sendMbit: mbit });
    switch (outcome.kind) {
      case "gone":
        this.#lose();
        return outcome;
      case "refused":
        return outcome;
      case "applied":
      case "unchanged":
        return { kind: outcome.kind, amount: alikeOf(outcome.limit) };
    }
  }

  restoreEntry(mbit: number | null | undefined): RestoreEntry | undefined {
    const link = this.#link.found;
    if (link === undefined || mbit === undefined) return undefined;
    return this.#deps.networks?.restoreEntry(link, mbit);
  }

  limitOfEntries(entries: readonly RestoreEntry[]): number | null | undefined {
    const link = this.#link.found;
    const { networks } = this.#deps;
    if (link === undefined || networks === undefined) return undefined;
    const limits = entries.map((entry) => networks.limitOfEntry(link, entry));
    return limits.find((limit) => limit !== undefined);
  }

  close(): void {
    if (this.#link.found !== undefined) this.#lose();
  }

  #lose(): void {
    this.#link.lose();
    this.#last = undefined;
    this.#deps.onLinkGone();
  }

  async #look(): Promise<HostInterface | undefined> {
    if (this.#link.isDue) {
      this.#looking ??= this.#find().finally(() => {
        this.#looking = undefined;
      });
      await this.#looking;
    }
    return this.#link.found;
  }

  async #find(): Promise<void> {
    const processIds = this.#group.readProcessIds(processesMax) ?? [];
    if (processIds.length === 0) return;
    const answer = await this.#deps.networks?.find(processIds);
    if (answer?.kind === "found") this.#link.find(answer.link);
    else if (answer?.kind === "not-limitable") this.#link.miss(answer.text);
    else this.#link.miss(undefined);
  }
}

/** Where another hand changed one way alone, the wider one is the limit that holds. */
const alikeOf = ({ receiveMbit, sendMbit }: NetworkLimit): number | null =>
  receiveMbit === null || sendMbit === null ? null : Math.max(receiveMbit, sendMbit);
