import { resources } from "@sc/domain";
import { type InvariantChecker, nothingBroken } from "./checker.ts";

/** A limit that another hand changed is noticed in time. */
export const otherHandsChecker: InvariantChecker = {
  invariant: 8,
  title: "what another hand changed is noticed within one sample",
  check: (fact) => {
    if (fact.kind !== "look" || fact.after.isLeaseFresh !== true) return nothingBroken;
    const { at, containers, noticeSeconds } = fact.after;
    return containers.flatMap((container) =>
      resources.flatMap((resource) => {
        const { name, settings, settingsSince, differsSince, isBroken, isPaused, held } = container;
        const since = differsSince[resource];
        const isGuarded = settings.resources[resource].mode === "auto" && !isPaused && !isBroken;
        // Until a write of ours has ended, the kernel may hold either limit.
        const isUnderWay = resource === "mem" && container.isMemoryUnderWay;
        if (isUnderWay || since === undefined || !isGuarded || held?.code === "quarantined")
          return [];
        if (at - Math.max(since, settingsSince) <= noticeSeconds) return [];
        return [`${resource} of ${name} is another than the agent knows for ${at - since} s`];
      }),
    );
  },
};
