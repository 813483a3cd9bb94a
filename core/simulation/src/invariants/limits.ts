import {
  type ContainerLimits,
  formatCpuLimit,
  isSameCpuLimit,
  isSameMemLimit,
  type LimitValue,
  type Resource,
} from "@sc/domain";
import type { ContainerFactsNow, HostFacts, LimitWrite } from "./facts.ts";

/** The kernel keeps whole microseconds and pages; a difference below says nothing. */
export const rounding: Readonly<Record<Resource, number>> = { cpu: 0.02, mem: 0.1 };

/** In the resource's unit; `null` = no limit. */
export const amountOf = (value: LimitValue): number | null =>
  value.resource === "cpu" ? value.limit.quotaShares : value.memMib;

export function isSameValue(a: LimitValue, b: LimitValue): boolean {
  if (a.resource === "cpu") return b.resource === "cpu" && isSameCpuLimit(a.limit, b.limit);
  return b.resource === "mem" && isSameMemLimit(a.memMib, b.memMib);
}

export function limitValueOf(limits: ContainerLimits, resource: Resource): LimitValue | undefined {
  const { cpu, memMib } = limits;
  if (resource === "cpu") return cpu && { resource, limit: cpu };
  return memMib === undefined ? undefined : { resource, memMib };
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
  value.resource === "cpu" ? formatCpuLimit(value.limit) : describeMib(value.memMib);

const describeMib = (memMib: number | null): string =>
  memMib === null ? "no limit" : `${memMib} MiB`;
