import {
  type ComputeResource,
  type ContainerLimits,
  computeResources,
  isSameCpuLimit,
  isSameMemLimit,
  type LimitValue,
} from "@sc/domain";
import type { AuditFinding } from "@sc/ports";
import type { ClusterHost } from "../cluster/cluster-host.ts";
import type { ContainerFactsNow } from "../invariants/facts.ts";
import { describeValue, isSameValue, limitValueOf } from "../invariants/limits.ts";
import { ownersFraction } from "./draw-event.ts";

/** Where kernel, ledger, journal and restore list do not say the same; a sentence for each. */
export function findDisagreements(host: ClusterHost): readonly string[] {
  const agent = host.process.runningAgent;
  if (agent === undefined) return [`no agent runs on ${host.name}`];
  const { containers } = host.watch.now();
  const isAside = (name: string): boolean =>
    containers.some((one) => one.name === name && one.held?.code === "quarantined");
  const audited = agent.audit().filter(({ structure }) => !isAside(structure));
  return [
    ...audited.map(describeFinding),
    ...containers.filter(({ name }) => !isAside(name)).flatMap((one) => checkLimits(host, one)),
  ];
}

const describeFinding = (finding: AuditFinding): string =>
  `the audit of ${finding.structure} finds ${JSON.stringify(finding)}`;

function checkLimits(host: ClusterHost, container: ContainerFactsNow): readonly string[] {
  const { first, kernel, name } = container;
  return computeResources.flatMap((resource) => {
    const [owners, now] = [limitValueOf(first, resource), limitValueOf(kernel, resource)];
    if (owners === undefined || now === undefined)
      return [`${resource} of ${name} is not known to its agent`];
    const mode = container.settings.resources[resource].mode;
    if (isSameValue(owners, now)) return [];
    const what = `${resource} of ${name} is ${describeValue(now)}`;
    const broken: string[] = [];
    // What is not in auto was put back, unless more is in use.
    if (mode !== "auto" && !isInUse(container, owners))
      broken.push(`${what} in ${mode}, and its first limit is ${describeValue(owners)}`);
    // What a full disk kept from being written down, nobody can read there.
    if (host.wasFull) return broken;
    return [...broken, ...checkWrittenDown(host, container, { resource, owners, now, what })];
  });
}

const isInUse = ({ unreclaimableMib = 0 }: ContainerFactsNow, owners: LimitValue): boolean =>
  owners.resource === "mem" && unreclaimableMib > (owners.memMib ?? Number.POSITIVE_INFINITY);

function checkWrittenDown(
  host: ClusterHost,
  { restored, id }: ContainerFactsNow,
  {
    resource,
    owners,
    now,
    what,
  }: {
    readonly resource: ComputeResource;
    readonly owners: LimitValue;
    readonly now: LimitValue;
    readonly what: string;
  },
): readonly string[] {
  const broken: string[] = [];
  const listed = restored && limitValueOf(restored, resource);
  if (listed === undefined || !isSameValue(listed, owners)) {
    const told = listed === undefined ? "nothing" : describeValue(listed);
    broken.push(`${what}; of ${describeValue(owners)} the restore list has ${told}`);
  }
  const line = host.journal
    .recover()
    .findLast((one) => one.id === id && one.resource === resource && one.step !== "refused");
  // What died on the way may have come to either of two.
  const told = [line?.new, line?.step === "intended" ? line.old : undefined];
  if (!told.some((value) => value !== undefined && isOursTold(value, { owners, now })))
    broken.push(`${what}, and the newest line of the journal is ${JSON.stringify(line)}`);
  return broken;
}

/** What is not the owner's was written by us; a part that the owner set since needs no line. */
function isOursTold(
  told: LimitValue,
  { owners, now }: { readonly owners: LimitValue; readonly now: LimitValue },
): boolean {
  if (told.resource !== "cpu" || owners.resource !== "cpu" || now.resource !== "cpu")
    return isSameValue(told, now);
  const { quotaShares, burstShares, weight } = owners.limit;
  const isOwnersQuota = isSameCpuLimit({ ...now.limit, quotaShares }, now.limit);
  const isOwnersBurst = isSameCpuLimit({ ...now.limit, burstShares }, now.limit);
  const isOwnersWeight = isSameCpuLimit({ ...now.limit, weight }, now.limit);
  const ours = {
    ...told.limit,
    ...(isOwnersQuota && { quotaShares }),
    ...(isOwnersBurst && { burstShares }),
    ...(isOwnersWeight && { weight }),
  };
  return isSameCpuLimit(ours, now.limit);
}

/**
 * Releases all, and says what is not as its owner set it last: on that nobody of ours has the last word.
 * For the very end of a run, when nothing is in use.
 */
export async function findNotReleased(host: ClusterHost): Promise<readonly string[]> {
  const agent = host.process.runningAgent;
  if (agent === undefined) return [`no agent runs on ${host.name}`];
  const { failed } = await agent.release(undefined);
  const { containers } = host.watch.now();
  const living = containers.map(({ id }) => String(id));
  const left = host.leaseWorld.entries.filter(({ inode }) => living.includes(inode));
  return [
    ...failed.map((failure) => `releasing fails: ${JSON.stringify(failure)}`),
    ...containers.flatMap(checkReleased),
    ...left.map(({ folder }) => `${folder} is on the restore list of a host that is released`),
  ];
}

function checkReleased({ name, first, kernel }: ContainerFactsNow): readonly string[] {
  const { cpu, memMib } = kernel;
  const isFirst =
    cpu !== undefined &&
    first.cpu !== undefined &&
    isSameCpuLimit(cpu, first.cpu) &&
    cpu.periodMs === first.cpu.periodMs &&
    memMib !== undefined &&
    first.memMib !== undefined &&
    isSameMemLimit(memMib, first.memMib);
  return isFirst && isOwners(kernel)
    ? []
    : [`${name} is released and has ${JSON.stringify(kernel)}, first ${JSON.stringify(first)}`];
}

/** What owners write ends so; what we write never does, but where it is as much as they allow. */
const isOwners = ({ cpu, memMib = null }: ContainerLimits): boolean =>
  endsIn(cpu?.quotaShares ?? null, ownersFraction.shares) && endsIn(memMib, ownersFraction.memMib);

const endsIn = (amount: number | null, ending: number): boolean =>
  amount === null || Math.abs((amount % 1) - ending) < 0.001;
