import type { ScalingRequest, UsageSample } from "@sc/domain";
import { type InvariantChecker, nothingBroken } from "./checker.ts";
import type { ContainerFactsNow, HostFacts } from "./facts.ts";

/** What the kernel did not tell is missing, not zero; without data nothing shrinks, nor what is frozen. */
export const missingDataChecker: InvariantChecker = {
  invariant: 6,
  title: "missing data is never zero, and what is frozen is held",
  check: (fact) => {
    if (fact.kind === "samples")
      return fact.samples.flatMap((sample) => checkSample(sample, of(sample, fact.before)));
    if (fact.kind === "requests")
      return fact.requests.flatMap((request) => checkRequest(request, of(request, fact.before)));
    return nothingBroken;
  },
};

const of = (
  { id }: Pick<ContainerFactsNow, "id">,
  { containers }: HostFacts,
): ContainerFactsNow | undefined => containers.find((one) => one.id === id);

function checkSample(
  sample: UsageSample,
  container: ContainerFactsNow | undefined,
): readonly string[] {
  const readings = container?.readings;
  if (readings === undefined) return nothingBroken;
  const broken: string[] = [];
  if (readings.cpuUsedSeconds === undefined && sample.cpuSharesUsed !== undefined)
    broken.push(`${sample.name} used ${sample.cpuSharesUsed} shares, says nobody`);
  const isMemoryRead = container?.settings.resources.mem.mode !== "observe";
  if (isMemoryRead && readings.memMib === undefined && sample.memMibUsed !== undefined)
    broken.push(`${sample.name} used ${sample.memMibUsed} MiB, says nobody`);
  return broken;
}

function checkRequest(
  { resource, amount, structure, at }: ScalingRequest,
  container: ContainerFactsNow | undefined,
): readonly string[] {
  const sample = container?.sample;
  // Of an older sample, which came late, nothing is known here.
  if (sample === undefined || amount >= 0 || at < sample.at) return nothingBroken;
  const used = resource === "cpu" ? sample.cpuSharesUsed : sample.memMibUsed;
  if (sample.isFrozen) return [`${structure} is frozen and is to lose ${-amount} of ${resource}`];
  if (used === undefined)
    return [`${structure} is to lose ${-amount} of ${resource} though its use is not known`];
  return nothingBroken;
}
