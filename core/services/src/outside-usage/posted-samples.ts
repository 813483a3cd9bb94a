/**
 * When the points that a sender posts are a sample.
 *
 * A monitor posts a line per process, a few lines of a sample often with the next one, and says nowhere
 * that a sample is at its end. So a sample is whole when its sender begins the next one: its lines come
 * in order. What a sender that has no rhythm yet posts once is taken after a wait, as nothing else will
 * come. Nothing else ends a sample: one that the sender's death cut off is left, as it may be a part.
 *
 *     cpu      user and kernel of the same processes, or it is not known: half a sum is none
 *     silence  of a sender that lives and has told of cpu, disk or network before is no use at all;
 *              processes too small to be posted are silent too, so memory is not known then
 *     refused  a point that could not be kept spoils the sums of its time
 *     late     points of a sample that was taken already change nothing; nor do old ones
 *
 * Refused: the sum of what has come so far (the published guardian takes user time for cpu time); a
 * fixed delay (10 to 20 s late always, and still a part when a post is later).
 */
import {
  type MonotonicSeconds,
  parseStructureName,
  type Resource,
  type StructureName,
  type WallSeconds,
} from "@sc/domain";
import type { OutsideReading, PostedPart, PostedPoint, PostedUsage, UsageIntake } from "@sc/ports";

/** A first sample of which nothing has come for so long, and that is followed by none, is taken then. */
const firstWaitSeconds = 10;
/** Older than this a sample says nothing of now. */
const freshSeconds = 60;
/** A longer distance to the sample before is a gap and no window. */
const windowSecondsMost = 60;
/** More processes in one sample count as one that could not be kept. */
const processesMost = 4096;

interface Sender {
  readonly structure: StructureName;
  /** What it has told of, ever: of this it may be silent. */
  readonly told: Set<PostedPart>;
  open: Sample | undefined;
  takenUpTo: number;
}

interface Sample {
  readonly stamp: WallSeconds;
  /** When a point of it came last. */
  lastAt: MonotonicSeconds;
  readonly parts: Map<PostedPart, Map<string, number>>;
  readonly spoiled: Set<PostedPart>;
}

export interface PostedSamplesDeps {
  readonly clock: {
    readonly monotonic: () => MonotonicSeconds;
    readonly wall: () => WallSeconds;
  };
  /** Whether such a container is measured here; of others nothing is kept. */
  readonly isKnown: (name: StructureName) => boolean;
  readonly intake: UsageIntake;
}

/** What one program posts, and so what its next sample ends. */
const groups = { process: "process", network: "network" } as const;
type Group = keyof typeof groups;

const groupOf = (part: PostedPart): Group =>
  part === "netIn" || part === "netOut" ? "network" : "process";

export class PostedSamples implements PostedUsage {
  readonly #deps: PostedSamplesDeps;
  readonly #senders: Readonly<Record<Group, Map<string, Sender>>> = {
    process: new Map(),
    network: new Map(),
  };

  constructor(deps: PostedSamplesDeps) {
    this.#deps = deps;
  }

  take({ host, part, process, stamp, value }: PostedPoint): void {
    const sender = this.#senderOf(groupOf(part), host);
    if (sender === undefined) return;
    const sample = this.#sampleAt(sender, stamp);
    if (sample === undefined) return;
    sample.lastAt = this.#deps.clock.monotonic();
    sender.told.add(part);
    const known = sample.parts.get(part);
    if (known === undefined) sample.parts.set(part, new Map([[process, value]]));
    else if (known.size < processesMost || known.has(process)) known.set(process, value);
    else sample.spoiled.add(part);
  }

  spoil({ host, part, stamp }: Parameters<PostedUsage["spoil"]>[0]): void {
    for (const group of part === undefined ? allGroups : [groupOf(part)]) {
      // Also of one that nothing was taken from yet: what is missing of its first sample must be known.
      const sender = this.#senderOf(group, host);
      const sample =
        sender !== undefined && stamp !== undefined ? this.#sampleAt(sender, stamp) : sender?.open;
      for (const each of part === undefined ? partsOf[group] : [part]) sample?.spoiled.add(each);
    }
  }

  /** Called now and then: takes what was waited for long enough, forgets who is gone. */
  sweep(): void {
    const now = this.#deps.clock.monotonic();
    for (const senders of Object.values(this.#senders)) {
      for (const [host, sender] of senders) {
        const { open, takenUpTo, structure } = sender;
        if (!this.#deps.isKnown(structure)) senders.delete(host);
        else if (open !== undefined && takenUpTo < 0 && now - open.lastAt >= firstWaitSeconds) {
          this.#end(sender, open, "waited");
        }
      }
    }
  }

  #senderOf(group: Group, host: string): Sender | undefined {
    const known = this.#senders[group].get(host);
    if (known !== undefined) return known;
    const parsed = parseStructureName(host);
    if (!parsed.ok || !this.#deps.isKnown(parsed.value)) return undefined;
    const begun: Sender = {
      structure: parsed.value,
      told: new Set(),
      open: undefined,
      takenUpTo: -1,
    };
    this.#senders[group].set(host, begun);
    return begun;
  }

  /** The sample that a point of this time belongs to; `undefined` = it was taken already. */
  #sampleAt(sender: Sender, stamp: WallSeconds): Sample | undefined {
    const { open } = sender;
    if (open?.stamp === stamp) return open;
    if (stamp <= (open?.stamp ?? sender.takenUpTo)) return undefined;
    if (open !== undefined) this.#end(sender, open, "followed");
    const begun: Sample = {
      stamp,
      lastAt: this.#deps.clock.monotonic(),
      parts: new Map(),
      spoiled: new Set(),
    };
    sender.open = begun;
    return begun;
  }

  #end(sender: Sender, sample: Sample, how: "followed" | "waited"): void {
    const since = sender.takenUpTo;
    sender.open = undefined;
    sender.takenUpTo = sample.stamp;
    if (this.#deps.clock.wall() - sample.stamp > freshSeconds) return;
    const seconds = sample.stamp - since;
    const windowSeconds = since < 0 || seconds > windowSecondsMost ? undefined : seconds;
    const readings: OutsideReading[] = [];
    for (const { resource, parts } of sums) {
      const used = sumOf(sample, { parts, sender, how });
      const reading = { structure: sender.structure, resource, windowSeconds };
      if (used !== undefined) readings.push({ ...reading, used });
    }
    if (readings.length > 0) this.#deps.intake.take("posted", readings);
  }
}

const allGroups: readonly Group[] = [groups.process, groups.network];

const partsOf: Readonly<Record<Group, readonly PostedPart[]>> = {
  process: ["cpuUser", "cpuKernel", "memResident", "diskReads", "diskWrites"],
  network: ["netIn", "netOut"],
};

/** What a resource is the sum of. */
const sums: readonly { readonly resource: Resource; readonly parts: readonly PostedPart[] }[] = [
  { resource: "cpu", parts: ["cpuUser", "cpuKernel"] },
  { resource: "mem", parts: ["memResident"] },
  { resource: "disk_read", parts: ["diskReads"] },
  { resource: "disk_write", parts: ["diskWrites"] },
  { resource: "net", parts: ["netIn", "netOut"] },
];

function sumOf(
  sample: Sample,
  {
    parts,
    sender,
    how,
  }: {
    readonly parts: readonly PostedPart[];
    readonly sender: Sender;
    readonly how: "followed" | "waited";
  },
): number | undefined {
  if (parts.some((part) => sample.spoiled.has(part))) return undefined;
  const present = parts.flatMap((part) => sample.parts.get(part) ?? []);
  if (present.length === 0) {
    const mayBeSilent = how === "followed" && parts.every((part) => sender.told.has(part));
    return mayBeSilent && parts[0] !== "memResident" ? 0 : undefined;
  }
  const [first] = present;
  const isWhole =
    present.length === parts.length && present.every((each) => isOfSameProcesses(each, first));
  if (!isWhole) return undefined;
  let sum = 0;
  for (const part of present) for (const value of part.values()) sum += value;
  return sum;
}

function isOfSameProcesses(
  values: ReadonlyMap<string, number>,
  others: ReadonlyMap<string, number> | undefined,
): boolean {
  if (values === others) return true;
  if (others?.size !== values.size) return false;
  for (const process of values.keys()) if (!others.has(process)) return false;
  return true;
}
