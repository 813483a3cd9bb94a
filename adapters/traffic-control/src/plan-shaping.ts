/*
 * How a limit of both directions stands on the host's side of a pair of interfaces:
 *
 *     what it receives   leaves the host's side: a token bucket at its root
 *     what it sends      comes in there, where nothing can be queued: it is led to a device of ours (an ifb),
 *                        and through a token bucket at that device's root
 *
 * The device is made before anything leads to it, and found again by its name, which holds the number of
 * the interface. Refused: htb, which needs a class for each rate and gives a container with one rate no
 * more; a police action, which drops where this queues, and which not every kernel has.
 */
import type { HostInterface, NetworkLimit, WriteRefusal } from "@sc/ports";
import { type Egress, type Ingress, ourHandle, ourPreference } from "./parse-shaping.ts";

export interface Shaping {
  readonly receive: Egress;
  readonly ingress: Ingress;
  /** Of our device; `undefined` where there is none. */
  readonly send: Egress | undefined;
}

/** Of one direction, as the restore list has it for the script: `20000000 32768`, or `none`. */
export function rateWords(mbit: number | null): string {
  if (mbit === null) return noRate;
  const bits = bitsOf(mbit);
  return `${bits} ${burstBytes(bits)}`;
}

export function mbitOfWords(words: string): number | null | undefined {
  if (words === noRate) return null;
  const bits = /^(\d{1,15}) \d{1,10}$/.exec(words)?.[1];
  return bits === undefined ? undefined : Number(bits) / 1e6;
}

const noRate = "none";
const bitsOf = (mbit: number): number => Math.round(heldMbit(mbit) * 1e6);

/** Lines for `ip -batch -` and `tc -batch -`, and those for `ip` that come after. */
export interface ShapingSteps {
  readonly before: readonly string[];
  readonly shaping: readonly string[];
  readonly after: readonly string[];
}

const devicePrefix = "scifb";
export const deviceOf = ({ index }: HostInterface): string => `${devicePrefix}${index}`;
/** The number of the interface that a device of ours is for. */
export const interfaceOfDevice = (name: string): number | undefined =>
  /^scifb\d{1,10}$/.test(name) ? Number(name.slice(devicePrefix.length)) : undefined;

export function limitOf({ receive, ingress, send }: Shaping): NetworkLimit {
  const isLeading = ingress.kind === "ours" && ingress.filter === "leading";
  return {
    receiveMbit: receive.kind === "ours" ? receive.mbit : null,
    sendMbit: isLeading && send?.kind === "ours" ? send.mbit : null,
  };
}

/** Why a limit cannot be written: who put something there wants it there. */
export function refusalOf(
  { receive, ingress }: Shaping,
  limit: NetworkLimit,
  { name }: HostInterface,
): WriteRefusal | undefined {
  const refused = (what: string): WriteRefusal => ({
    code: "not-permitted",
    text: `${name} has ${what} of another hand, which is not replaced`,
  });
  if (limit.receiveMbit !== null && receive.kind === "foreign") return refused(receive.what);
  if (limit.sendMbit !== null && ingress.kind === "foreign") return refused(ingress.what);
  return undefined;
}

/** What leads from what is there to `limit`; nothing where it is there already. */
export function planShaping(
  shaping: Shaping,
  limit: NetworkLimit,
  link: HostInterface,
): ShapingSteps {
  const receive = receiveSteps(shaping, limit, link);
  const send =
    limit.sendMbit === null
      ? openSteps(shaping, link)
      : sendSteps(shaping, { mbit: limit.sendMbit, link });
  return { ...send, shaping: [...receive, ...send.shaping] };
}

function receiveSteps(
  { receive }: Shaping,
  { receiveMbit }: NetworkLimit,
  { name }: HostInterface,
): readonly string[] {
  if (receiveMbit === null) return receive.kind === "ours" ? [`qdisc del dev ${name} root`] : [];
  return isSame(receive, receiveMbit) ? [] : [bucket(name, receiveMbit)];
}

function sendSteps(
  { ingress, send }: Shaping,
  { mbit, link }: { readonly mbit: number; readonly link: HostInterface },
): ShapingSteps {
  const { name } = link;
  const device = deviceOf(link);
  const before = send === undefined ? [`link add name ${device} type ifb`] : [];
  const shaping = isSame(send, mbit) ? [] : [bucket(device, mbit)];
  if (ingress.kind === "none") shaping.push(`qdisc add dev ${name} ingress`);
  if (ingress.kind === "ours" && ingress.filter === "leading")
    return { before, shaping, after: [] };
  before.push(`link set dev ${device} up`);
  if (ingress.kind === "ours" && ingress.filter === "stale") shaping.push(filterRemoval(name));
  const all = `${ourFilter} protocol all u32 match u32 0 0`;
  shaping.push(`filter add dev ${name} ${all} action mirred egress redirect dev ${device}`);
  return { before, shaping, after: [] };
}

const ourFilter = `parent ffff: prio ${ourPreference}`;
const filterRemoval = (name: string): string => `filter del dev ${name} ${ourFilter}`;

/** What was led to the device no longer is, before it goes. */
function openSteps({ ingress, send }: Shaping, link: HostInterface): ShapingSteps {
  const { name } = link;
  const shaping: string[] = [];
  if (ingress.kind === "ours")
    shaping.push(ingress.isShared ? filterRemoval(name) : `qdisc del dev ${name} ingress`);
  return { before: [], shaping, after: send === undefined ? [] : deviceSteps(deviceOf(link)) };
}

export const isNothing = ({ before, shaping, after }: ShapingSteps): boolean =>
  before.length + shaping.length + after.length === 0;

export const deviceSteps = (device: string): readonly string[] => [`link del dev ${device}`];

/** What the kernel keeps is whole bytes per second. */
const roundingMbit = 0.0001;
const isSame = (egress: Egress | undefined, mbit: number): boolean =>
  egress?.kind === "ours" && Math.abs(egress.mbit - heldMbit(mbit)) < roundingMbit;

/** Below it a full packet would wait for seconds. */
const leastMbit = 0.01;
export const heldMbit = (mbit: number): number => Math.max(mbit, leastMbit);

/** A hundredth of a second at full rate; at least some packets, at most what a burst may be on any wire. */
const burstBytes = (bits: number): number =>
  Math.round(Math.min(Math.max(bits / 8 / 100, 32_768), 4_194_304));

/** What waits longer than a tenth of a second is dropped: senders slow down by it. */
function bucket(device: string, mbit: number): string {
  const bits = bitsOf(mbit);
  const rate = `rate ${bits}bit burst ${burstBytes(bits)} latency 100ms`;
  return `qdisc replace dev ${device} root handle ${ourHandle} tbf ${rate}`;
}
