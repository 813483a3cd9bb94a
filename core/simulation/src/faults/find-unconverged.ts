import { amountOf, type ComputeResource, computeResources } from "@sc/domain";
import type { ClusterHost } from "../cluster/cluster-host.ts";
import type { ContainerFactsNow, HostFacts } from "../invariants/facts.ts";
import { limitValueOf, rounding } from "../invariants/limits.ts";
import { findDisagreements } from "./check-agreement.ts";
import type { Wish, Wishes } from "./wishes.ts";

/** So long no policy may have changed anything for a limit to be where it wants it. */
export const quietSeconds = 6;

/**
 * What is not as it must be when nothing goes wrong any more: a sentence for each. Every limit in auto is
 * within its band, enough for what is used, and stays; nothing is held; all books say the same.
 */
export function findUnconverged(host: ClusterHost, wishes: Wishes): readonly string[] {
  const { process, name } = host;
  const agent = process.runningAgent;
  if (agent === undefined || !process.isDeciding("guardian") || !process.isDeciding("scaler"))
    return [`not everything runs on ${name}`];
  const facts = host.watch.now();
  const running = new Set(facts.containers.map((one) => String(one.name)));
  const missing = host.tenants.names.filter((one) => !running.has(one));
  return [
    ...missing.map((one) => `${one} runs and is not known`),
    ...facts.containers.flatMap((one) => checkContainer(one, { facts, wishes })),
    ...findDisagreements(host),
  ];
}

interface Around {
  readonly facts: HostFacts;
  readonly wishes: Wishes;
}

function checkContainer(container: ContainerFactsNow, around: Around): readonly string[] {
  const { held, name, isPaused } = container;
  if (held !== undefined) return [`${name} is held: ${held.text}`];
  if (isPaused) return [`${name} is paused though nobody wants it`];
  return computeResources
    .filter((resource) => container.settings.resources[resource].mode === "auto")
    .flatMap((resource) => checkLimit(container, resource, around));
}

function checkLimit(
  container: ContainerFactsNow,
  resource: ComputeResource,
  { facts, wishes }: Around,
): readonly string[] {
  const { name, kernel, settings, sample } = container;
  const value = limitValueOf(kernel, resource);
  const used = resource === "cpu" ? sample?.cpuSharesUsed : sample?.memMibUsed;
  if (value === undefined || used === undefined) return [`${resource} of ${name} is not known`];
  const limit: RestingLimit = {
    ...{ resource, used, isFullHost: isFull(facts, resource) },
    // What has no limit holds its max.
    amount: amountOf(value) ?? settings.resources[resource].max,
    band: settings.resources[resource],
    hasBurst: value.resource === "cpu" && value.limit.burstShares > 0,
    // Safety comes before the owner's max, and before what a policy wants.
    floor: resource === "mem" ? (sample?.memMibFloor ?? 0) : 0,
  };
  const unrest = whyUnrest(wishes.of(name, resource), limit, facts);
  const faults = [
    whyMisplaced(limit),
    unrest === undefined ? undefined : `does not come to rest: ${unrest}`,
  ];
  return faults.flatMap((fault) =>
    fault === undefined ? [] : [`${resource} of ${name} is ${limit.amount}, and ${fault}`],
  );
}

interface RestingLimit {
  readonly resource: ComputeResource;
  readonly amount: number;
  readonly used: number;
  readonly floor: number;
  readonly band: { readonly min: number; readonly max: number };
  readonly isFullHost: boolean;
  readonly hasBurst: boolean;
}

/** Outside its band, or too little for what is used. */
function whyMisplaced(limit: RestingLimit): string | undefined {
  const { resource, amount, used, floor, isFullHost } = limit;
  const { min, max } = limit.band;
  const slack = rounding[resource];
  // What cannot be given back keeps the limit where it is.
  if (amount > max + slack) return floor > max ? undefined : `its max is ${max}`;
  if (isFullHost) return undefined;
  if (amount < min - slack) return `its min is ${min}`;
  const most = amount * mostOfLimit[limit.hasBurst ? "withBurst" : "plain"];
  return used > most && amount < max - slack ? `${used} are used` : undefined;
}

/**
 * On a full host what wants to grow goes on wanting. And near what is in use a memory limit comes down as
 * slowly as the margin there is forgotten.
 */
function whyUnrest(
  wish: Wish | undefined,
  { amount, floor, isFullHost }: RestingLimit,
  { at }: HostFacts,
): string | undefined {
  if (wish === undefined || at - wish.at >= quietSeconds) return undefined;
  if (Math.abs(wish.amount) < amount * trifle) return undefined;
  const isResting =
    wish.amount > 0
      ? isFullHost
      : wish.heldBy === "memory-in-use" || amount <= floor * nearTheFloor;
  return isResting ? undefined : wish.text;
}

const nearTheFloor = 1.15;
/** A policy that follows the use by less than this share of the limit is where it wants to be. */
const trifle = 0.03;

/** What uses more of its limit is held back by it; a burst carries what is about the limit. */
const mostOfLimit = { plain: 0.999, withBurst: 1.01 } as const;

/** There is no room for anyone to grow. */
function isFull({ books }: HostFacts, resource: ComputeResource): boolean {
  if (books === undefined) return false;
  return books.isPressed || books[resource].grantable - books[resource].granted < leastRoom;
}

const leastRoom = 1;
