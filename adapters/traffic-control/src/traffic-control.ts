import { readFileSync, readlinkSync } from "node:fs";
import { err, ok, type Result } from "@sc/domain";
import type {
  HostInterface,
  InterfaceAnswer,
  NetworkLimit,
  Networks,
  NetworkUse,
  NetworkWriteOutcome,
} from "@sc/ports";
import { type PairEnd, parseCounters, parseNamespaces, parsePairEnds } from "./parse-links.ts";
import { hasEntrance, parseEgress, parseIngress, parseLimited } from "./parse-shaping.ts";
import {
  deviceOf,
  deviceSteps,
  interfaceOfDevice,
  isNothing,
  limitOf,
  planShaping,
  refusalOf,
  type Shaping,
  type ShapingSteps,
} from "./plan-shaping.ts";
import { type CommandFailure, commandRunner, type RunCommand } from "./run-command.ts";

export interface TrafficControlOptions {
  /** A process in the network namespace that is the host's; default our own. For tests. */
  readonly hostProcess?: number;
}

const noLimit: NetworkLimit = { receiveMbit: null, sendMbit: null };

/** What is told of all interfaces at once. */
interface Look {
  readonly ends: readonly PairEnd[];
  readonly namespaces: ReadonlyMap<string, number>;
}

/** Limits of the network by the programs `ip`, `tc` and `lsns`. */
export class TrafficControl implements Networks {
  readonly #host: string;
  readonly #run: RunCommand;
  #looking: Promise<Result<Look, CommandFailure>> | undefined;
  /** Those that were found to lead to a container; nothing else is ever written. */
  readonly #found = new Map<number, PairEnd>();
  readonly #writing = new Map<number, Promise<NetworkWriteOutcome>>();

  constructor({ hostProcess }: TrafficControlOptions = {}) {
    this.#host = `/proc/${hostProcess ?? "self"}`;
    const enter = hostProcess && ["nsenter", `--net=/proc/${hostProcess}/ns/net`, "--"];
    this.#run = commandRunner(enter || []);
  }

  async find(processIds: readonly number[]): Promise<InterfaceAnswer> {
    const inodes = new Set(processIds.flatMap((id) => namespaceOf(`/proc/${id}`) ?? []));
    if (inodes.size === 0) return { kind: "gone" };
    if (inodes.has(namespaceOf(this.#host) ?? ""))
      return notLimitable("host-network", "it uses the host's own network");
    const look = await this.#look();
    if (!look.ok) return notLimitable("unreadable", look.error.text);
    const { ends, namespaces } = look.value;
    const ids = new Set([...inodes].map((inode) => namespaces.get(inode)));
    const [end, ...others] = ends.filter(({ namespaceId }) => ids.has(namespaceId));
    if (end === undefined)
      return notLimitable("no-interface", "none of the host's interfaces leads to it");
    if (others.length > 0) {
      const names = [end, ...others].map(({ name }) => name).join(", ");
      return notLimitable("several-interfaces", `${names} lead to it, and each would get a limit`);
    }
    this.#found.set(end.index, end);
    return { kind: "found", link: { name: end.name, index: end.index } };
  }

  readUse(): ReadonlyMap<number, NetworkUse> {
    const counters = this.#readCounters();
    const uses = new Map<number, NetworkUse>();
    for (const { name, index } of this.#found.values()) {
      const use = counters.get(name);
      if (use !== undefined) uses.set(index, use);
    }
    return uses;
  }

  /** Of all interfaces there are, by name. */
  #readCounters(): ReadonlyMap<string, NetworkUse> {
    try {
      return parseCounters(readFileSync(`${this.#host}/net/dev`, "latin1"));
    } catch {
      return new Map();
    }
  }

  async readLimit(link: HostInterface): Promise<NetworkLimit | undefined> {
    const shaping = await this.#readShaping(link);
    return shaping.ok ? limitOf(shaping.value) : undefined;
  }

  /** One after another for each interface: what is written depends on what is there. */
  writeLimit(link: HostInterface, limit: NetworkLimit): Promise<NetworkWriteOutcome> {
    const before = this.#writing.get(link.index) ?? Promise.resolve();
    const outcome = before.then(() => this.#writeLimit(link, limit));
    this.#writing.set(link.index, outcome);
    return outcome.finally(() => {
      if (this.#writing.get(link.index) === outcome) this.#writing.delete(link.index);
    });
  }

  async #writeLimit(link: HostInterface, limit: NetworkLimit): Promise<NetworkWriteOutcome> {
    const known = await this.#isStillTheSame(link);
    if (!known.ok) return refused(known.error);
    if (!known.value) return { kind: "gone" };
    const shaping = await this.#readShaping(link);
    if (!shaping.ok) return refused(shaping.error);
    const refusal = refusalOf(shaping.value, limit, link);
    if (refusal !== undefined) return { kind: "refused", refusal };
    const steps = planShaping(shaping.value, limit, link);
    if (isNothing(steps)) return { kind: "unchanged", limit: limitOf(shaping.value) };
    const written = await this.#write(steps);
    if (!written.ok) return refused(written.error);
    const held = await this.readLimit(link);
    return held === undefined ? { kind: "gone" } : { kind: "applied", limit: held };
  }

  async removeLeftOvers(held: readonly HostInterface[]): Promise<readonly string[]> {
    const kept = new Set(held.map(({ index }) => index));
    const names = this.#readCounters();
    const look = await this.#look();
    const limited = parsed(await this.#run(["tc", "-j", "qdisc", "show"]), parseLimited);
    // What leads to a device of ours is lost with the device: without knowing it none is removed.
    if (!look.ok || !limited.ok) return [];
    const isOurs = (end: PairEnd): boolean =>
      limited.value.includes(end.name) || names.has(deviceOf(end));
    const ends = look.value.ends.filter((end) => !kept.has(end.index) && isOurs(end));
    const removed: string[] = [];
    for (const end of ends) {
      kept.add(end.index);
      if (await this.#open(end)) removed.push(end.name);
    }
    const devices = [...names.keys()].filter((name) => {
      const index = interfaceOfDevice(name);
      return index !== undefined && !kept.has(index);
    });
    for (const device of devices) {
      const steps = { before: [], shaping: [], after: deviceSteps(device) };
      if ((await this.#write(steps)).ok) removed.push(device);
    }
    return removed;
  }

  /** Takes away all that is ours. */
  async #open(link: HostInterface): Promise<boolean> {
    const shaping = await this.#readShaping(link);
    return shaping.ok && (await this.#write(planShaping(shaping.value, noLimit, link))).ok;
  }

  /** Shared by all who ask while it lasts: it tells of all interfaces. */
  #look(): Promise<Result<Look, CommandFailure>> {
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookNow(): Promise<Result<Look, CommandFailure>> {
    const links = await this.#run(["ip", "-j", "-d", "link", "show", "type", "veth"]);
    const ends = parsed(links, parsePairEnds);
    if (!ends.ok) return ends;
    const listed = await this.#run(["lsns", "-J", "-t", "net", "-o", "NS,NETNSID"]);
    const namespaces = parsed(listed, parseNamespaces);
    return namespaces.ok
      ? ok({ ends: ends.value, namespaces: namespaces.value })
      : err(namespaces.error);
  }

  /** Whether it leads to the namespace that it led to when it was found. */
  async #isStillTheSame({ name, index }: HostInterface): Promise<Result<boolean, CommandFailure>> {
    const found = this.#found.get(index);
    if (found?.name !== name || !this.#readCounters().has(name)) return ok(false);
    const links = await this.#run(["ip", "-j", "-d", "link", "show", "dev", name]);
    const ends = parsed(links, parsePairEnds);
    if (!ends.ok) return ends;
    const [end] = ends.value;
    const isThere = end?.index === index && end.namespaceId === found.namespaceId;
    if (!isThere) this.#found.delete(index);
    return ok(isThere);
  }

  async #readShaping(link: HostInterface): Promise<Result<Shaping, CommandFailure>> {
    const device = deviceOf(link);
    const isThere = this.#readCounters().has(device);
    const qdiscs = await this.#qdiscsOf(link.name);
    if (!qdiscs.ok) return qdiscs;
    const filters = await this.#filtersOf(link.name, qdiscs.value);
    if (!filters.ok) return filters;
    const ofDevice = isThere ? await this.#qdiscsOf(device) : undefined;
    const receive = parseEgress(qdiscs.value);
    const ingress = parseIngress(qdiscs.value, filters.value, { name: device, isThere });
    if (receive === undefined || ingress === undefined)
      return err({ isMissing: false, text: `what tc says of ${link.name} cannot be read` });
    const send = ofDevice?.ok === true ? parseEgress(ofDevice.value) : undefined;
    return ok({ receive, ingress, send });
  }

  #qdiscsOf(name: string): Promise<Result<string, CommandFailure>> {
    return this.#run(["tc", "-j", "qdisc", "show", "dev", name]);
  }

  /** Where nothing can be filtered, tc does not list nothing but fails. */
  async #filtersOf(name: string, qdiscs: string): Promise<Result<string, CommandFailure>> {
    if (!hasEntrance(qdiscs)) return ok("");
    return this.#run(["tc", "-j", "filter", "show", "dev", name, "parent", "ffff:"]);
  }

  async #write({ before, shaping, after }: ShapingSteps): Promise<Result<void, CommandFailure>> {
    const batches = [
      ["ip", before],
      ["tc", shaping],
      ["ip", after],
    ] as const;
    for (const [program, lines] of batches) {
      if (lines.length === 0) continue;
      const written = await this.#run([program, "-batch", "-"], `${lines.join("\n")}\n`);
      if (!written.ok) return written;
    }
    return ok(undefined);
  }
}

function namespaceOf(process: string): string | undefined {
  try {
    return /^net:\[(\d+)\]$/.exec(readlinkSync(`${process}/ns/net`))?.[1];
  } catch {
    return undefined;
  }
}

function parsed<T>(
  said: Result<string, CommandFailure>,
  parse: (text: string) => T | undefined,
): Result<T, CommandFailure> {
  if (!said.ok) return said;
  const value = parse(said.value);
  const text = "what the host's programs say of its network cannot be read";
  return value === undefined ? err({ isMissing: false, text }) : ok(value);
}

const notLimitable = (
  code: Extract<InterfaceAnswer, { kind: "not-limitable" }>["code"],
  text: string,
): InterfaceAnswer => ({ kind: "not-limitable", code, text });

const refused = ({ isMissing, text }: CommandFailure): NetworkWriteOutcome => ({
  kind: "refused",
  refusal: { code: isMissing ? "no-controller" : "io", text },
});
