import {
  assertNever,
  isRateResource,
  type Observation,
  type ObservedMemory,
  type Resource,
  resources,
  type StructureSettings,
  type UsageSample,
} from "@sc/domain";

/** What a sample says about one resource; `undefined` = not known, `null` = no limit. */
export const limitOf = (sample: UsageSample, resource: Resource): number | null | undefined =>
  isRateResource(resource)
    ? sample.rates?.[resource]?.limit
    : resource === "cpu"
      ? sample.cpuLimit?.quotaShares
      : sample.memMibLimit;

export function observationOf(sample: UsageSample, resource: Resource): Observation {
  const memory = resource === "mem" ? memoryOf(sample) : undefined;
  return {
    structure: sample.name,
    id: sample.id,
    windowSeconds: isRateResource(resource)
      ? sample.rates?.[resource]?.windowSeconds
      : sample.windowSeconds,
    used: usedOf(sample, resource),
    limit: limitOf(sample, resource),
    ...(resource === "cpu" && cpuOf(sample)),
    isFrozen: sample.isFrozen,
    ...(memory !== undefined && { memory }),
  };
}

function cpuOf({
  cpuLimit,
  cpuThrottledPeriods: throttledPeriods,
}: UsageSample): Pick<Observation, "cpuLimit" | "throttledPeriods"> {
  return {
    ...(cpuLimit !== undefined && { cpuLimit }),
    ...(throttledPeriods !== undefined && { throttledPeriods }),
  };
}

function memoryOf(sample: UsageSample): ObservedMemory | undefined {
  const { memory, memMibFloor: floorMib, isWaitingForMemory: isWaiting = false } = sample;
  if (memory === undefined || floorMib === undefined) return undefined;
  return { ...memory, floorMib, isWaiting };
}

function usedOf(sample: UsageSample, resource: Resource): number | undefined {
  switch (resource) {
    case "cpu":
      return sample.cpuSharesUsed;
    case "mem":
      return sample.memMibUsed;
    case "disk_read":
    case "disk_write":
    case "net":
      return sample.rates?.[resource]?.used;
    default:
      return assertNever(resource);
  }
}

/** Asked of each sample: a list of them would be made for nothing. */
export function isDecidedAbout({ resources: own }: StructureSettings): boolean {
  for (const resource of resources) if (own[resource].mode !== "observe") return true;
  return false;
}

/** Between two ticks it was taken for one resource alone, and rates are read once a second. */
export const saysSomethingOf = (resource: Resource, { only, rates }: UsageSample): boolean =>
  only !== undefined
    ? only === resource
    : !isRateResource(resource) || rates?.[resource] !== undefined;
