import {
  amountOf,
  type ContainerLimits,
  formatCpuLimit,
  isSameCpuLimit,
  isSameMemLimit,
  type LimitValue,
  type Resource,
  resourceUnits,
} from "@sc/domain";
import type { ContainerFactsNow, HostFacts, LimitWrite } from "./facts.ts";

/** The kernel keeps whole microseconds and pages; a difference below says nothing. */
export const rounding: Readonly<Record<Resource, number>> = {
  cpu: 0.02,
  mem: 0.1,
  disk_read: 0.1,
  disk_write: 0.1,
  net: 0.1,
};

export function isSameValue(a: LimitValue, b: LimitValue): boolean {
  if (a.resource === "cpu") return b.resource === "cpu" && isSameCpuLimit(a.limit, b.limit);
  return a.resource === b.resource && isSameMemLimit(amountOf(a), amountOf(b));
}

export function limitValueOf(limits: ContainerLimits, resource: Resource): LimitValue | undefined {
  const { cpu, memMib } = limits;
  if (resource === "cpu") return cpu && { resource, limit: cpu };
  if (resource === "mem") return memMib === undefined ? undefined : { resource, memMib };
  const amount = limits.rates?.[resource];
  return amount === undefined ? undefined : { resource, amount };
}

export const isSqueeze = (from: LimitValue, to: LimitValue): boolean =>
  isLess(amountOf(to), amountOf(from), rounding[to.resource]);

/** Where the kernel does not tell what it holds, what was known before is all there is. */
export function isMeantAsSqueeze({ held, line, asked }: LimitWrite): boolean {
  const from = held ?? line?.entry.old;
  return from === undefined || isSqueeze(from, asked);
}

/** Less by more than rounding; `null` is more than any amount. */
export const isLess = (a: number | null, b: number | null, slack = 0): boolean =>
  a !== null && a < (b ?? Number.POSITIVE_INFINITY) - slack;

/** Of what is written into a container; `undefined` where no finder found it. */
export const containerOf = (
  { id, path }: Pick<LimitWrite, "id" | "path">,
  { containers }: HostFacts,
): ContainerFactsNow | undefined =>
  containers.find((container) => container.id === id && container.path === path);

/** A release, by whatever hand of ours: the limit the owner had before we came. */
export function isPutBack({ asked }: LimitWrite, container: ContainerFactsNow): boolean {
  const first = limitValueOf(container.first, asked.resource);
  return first !== undefined && isSameValue(first, asked);
}

export const describeValue = (value: LimitValue): string =>
  value.resource === "cpu" ? formatCpuLimit(value.limit) : describeAmount(value);

function describeAmount(value: LimitValue): string {
  const amount = amountOf(value);
  return amount === null ? "no limit" : `${amount} ${resourceUnits[value.resource]}`;
}
