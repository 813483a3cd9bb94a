import type { Hold } from "@sc/domain";
import { type InvariantChecker, nothingBroken } from "./checker.ts";
import type { ContainerFactsNow, HostFacts } from "./facts.ts";

/** What is broken is set aside; everything else is sampled and decided about as ever. */
export const othersGoOnChecker: InvariantChecker = {
  invariant: 9,
  title: "one broken container, document or rule never stops the others",
  check: (fact) => {
    if (fact.kind === "look")
      return fact.after.isLeaseFresh === true
        ? fact.after.containers.flatMap((one) => checkSampled(one, fact.after))
        : nothingBroken;
    if (fact.kind === "holds") return fact.holds.flatMap((hold) => checkHold(hold, fact.before));
    return nothingBroken;
  },
};

function checkSampled(container: ContainerFactsNow, host: HostFacts): readonly string[] {
  const { name, sample, settings, settingsSince, isBroken, held } = container;
  const { cpu, mem } = settings.resources;
  const isScaled = cpu.mode !== "observe" || mem.mode !== "observe";
  const isNew = host.at - Math.max(settingsSince, host.containersSince) <= host.noticeSeconds;
  if (isBroken || !isScaled || isNew) return nothingBroken;
  if (held?.code === "quarantined") return [`${name} is set aside and is not broken`];
  const age = sample === undefined ? undefined : host.at - sample.at;
  return age !== undefined && age > host.noticeSeconds
    ? [`${name} was sampled ${age} s ago`]
    : nothingBroken;
}

function checkHold({ structure, reason }: Hold, { containers }: HostFacts): readonly string[] {
  if (reason.code !== "quarantined") return nothingBroken;
  const isBroken = containers.some(({ name, isBroken: broken }) => name === structure && broken);
  return isBroken ? nothingBroken : [`${structure} is quarantined and is not broken`];
}
