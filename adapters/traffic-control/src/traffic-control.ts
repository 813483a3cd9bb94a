import { readFileSync, readlinkSync } from "node:fs";
import { err, ok, type Result } from "@sc/domain";
import type {
  HostInterface,
  InterfaceAnswer,
  NetworkLimit,
  Networks,
  NetworkUse,
  NetworkWriteOutcome,
  RestoreEntry,
} from "@sc/ports";
import {
  type PairEnd,
  parseCounters,
  parseLinks,
  parseNamespaces,
  parsePairEnds,
} from "./parse-links.ts";
import { egressOf, entranceOf, ingressOf, parseQdiscs, type Qdisc } from "./parse-shaping.ts";
import {
  deviceOf,
  deviceSteps,
  interfaceOfDevice,
  isNothing,
  limitOf,
  mbitOfWords,
  planShaping,
  rateWords,
  refusalOf,
  type Shaping,
  type ShapingSteps,
} from "./plan-shaping.ts";
import { type CommandFailure, commandRunner, type RunCommand } from "./run-command.ts";
import { SharedReading } from "./shared-reading.ts";

export interface TrafficControlOptions {
  /** A process in the network namespace that is the host's; default our own. For tests. */
  readonly hostProcess?: number;
}

/** Where the kernel shows interfaces, and a name that no file there has. */
const interfacesFolder = "/sys/class/net";
const limitFile = "sc-limit";

/** What is told of all interfaces at once. */
interface Look {
  readonly ends: readonly PairEnd[];
  readonly namespaces: ReadonlyMap<string, number>;
}

/** Limits of the network by the programs `ip`, `tc` and `lsns`. */
export class TrafficControl implements Networks {
  readonly #host: string;
  readonly #run: RunCommand;
  readonly #looks = new SharedReading(() => this.#look(), { freshMs: 0 });
  readonly #qdiscs = new SharedReading(
    async () => parsed(await this.#run(["tc", "-j", "qdisc", "show"]), parseQdiscs),
    { freshMs: 1000 },
  );
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
    const look = await this.#looks.read();
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

  /**
   * By one look for all interfaces: where there is a place, and our device, what comes in is taken to be
   * led there, as asking for the filters would be a process for each. A write looks at them.
   */
  async readLimit(link: HostInterface): Promise<NetworkLimit | undefined> {
    const qdiscs = await this.#qdiscs.read();
    const own = qdiscs.ok ? qdiscs.value.get(link.name) : undefined;
    if (!qdiscs.ok || own === undefined || !this.#found.has(link.index)) return undefined;
    const device = qdiscs.value.get(deviceOf(link));
    const filter = entranceOf(own)?.kind === "ingress" ? "leading" : "none";
    return limitOf({
      receive: egressOf(own),
      ingress: { kind: "ours", filter, isShared: false },
      send: device && egressOf(device),
    });
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
    this.#qdiscs.forget();
    if (!written.ok) return refused(written.error);
    const held = await this.readLimit(link);
    return held === undefined ? { kind: "gone" } : { kind: "applied", limit: held };
  }

  async removeLeftOvers(): Promise<readonly string[]> {
    const names = new Set(this.#readCounters().keys());
    const mayBeLeft = [...names].filter((name) => interfaceOfDevice(name) !== undefined);
    if (mayBeLeft.length === 0) return [];
    const links = parsed(await this.#run(["ip", "-j", "link", "show"]), parseLinks);
    if (!links.ok) return [];
    const indexes = new Set(links.value.map(({ index }) => index));
    const removed: string[] = [];
    for (const device of mayBeLeft) {
      if (indexes.has(interfaceOfDevice(device) ?? 0)) continue;
      const steps = { before: [], shaping: [], after: deviceSteps(device) };
      if ((await this.#write(steps)).ok) removed.push(device);
    }
    return removed;
  }

  /**
   * A file that there is not stands for what `tc` holds, and the number of the interface for what tells it
   * from another of its name: the list has only files, and the script knows this one.
   */
  restoreEntry({ name, index }: HostInterface, mbit: number | null): RestoreEntry {
    const folder = `${interfacesFolder}/${name}`;
    const steps = [{ file: `${folder}/${limitFile}`, value: rateWords(mbit) }];
    return { resource: "net", inode: String(index), folder, steps };
  }

  limitOfEntry({ name, index }: HostInterface, entry: RestoreEntry): number | null | undefined {
    const { resource, folder, inode, steps } = entry;
    const isOfLink = folder === `${interfacesFolder}/${name}` && inode === String(index);
    const step = steps.find(({ file }) => file === `${folder}/${limitFile}`);
    if (resource !== "net" || !isOfLink || step === undefined) return undefined;
    return mbitOfWords(step.value);
  }

  async #look(): Promise<Result<Look, CommandFailure>> {
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
    const entrance = entranceOf(qdiscs.value);
    // Where nothing can be filtered, tc does not list nothing but fails.
    const list = ["tc", "-j", "filter", "show", "dev", link.name, "parent", "ffff:"] as const;
    const filters = entrance === undefined ? ok("") : await this.#run(list);
    const ingress = parsed(filters, (text) => ingressOf(entrance, text, { name: device, isThere }));
    if (!ingress.ok) return ingress;
    const ofDevice = isThere ? await this.#qdiscsOf(device) : undefined;
    const send = ofDevice?.ok === true ? egressOf(ofDevice.value) : undefined;
    return ok({ receive: egressOf(qdiscs.value), ingress: ingress.value, send });
  }

  async #qdiscsOf(name: string): Promise<Result<readonly Qdisc[], CommandFailure>> {
    const said = await this.#run(["tc", "-j", "qdisc", "show", "dev", name]);
    return parsed(said, (text) => {
      const all = parseQdiscs(text);
      return all && [...all.values()].flat();
    });
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
