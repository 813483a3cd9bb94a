import {
  err,
  isSameCpuLimit,
  isSameMemLimit,
  type LimitsBefore,
  limitIn,
  ok,
  type Resource,
  type Result,
  rateResources,
  resources,
  type StructureName,
} from "@sc/domain";
import type { HostAgent, OwnersWish } from "@sc/ports";
import type { Admission, WantedLimits } from "./admission.ts";
import type { SettingsReader } from "./container-settings.ts";

export interface AgentAdmissionDeps {
  readonly agent: Pick<HostAgent, "container" | "release" | "setOwnersLimits">;
  readonly registry: Pick<SettingsReader, "settingsOf">;
}

/** What a container is subscribed with, had through the agent of its host, who alone writes limits. */
export class AgentAdmission implements Admission {
  readonly #deps: AgentAdmissionDeps;

  constructor(deps: AgentAdmissionDeps) {
    this.#deps = deps;
  }

  admit(name: StructureName, wanted: WantedLimits): Promise<Result<void, string>> {
    return this.#set(name, wishOf(wanted));
  }

  /** What another hand has set since, or what was never written, stays as it is. */
  async undo(
    name: StructureName,
    { wanted, before }: { readonly wanted: WantedLimits; readonly before: LimitsBefore },
  ): Promise<Result<void, string>> {
    const container = this.#deps.agent.container(name);
    if (container === undefined) return ok(undefined);
    const back = resources.flatMap((resource) => {
      const [present, old] = [limitIn(container.limits, resource), limitBefore(before, resource)];
      const isOurs = isSameAmount(resource, present, wanted[resource]);
      return isOurs && old !== undefined && !isSameAmount(resource, present, old)
        ? [[resource, old] as const]
        : [];
    });
    return this.#set(name, wishOf(Object.fromEntries(back)));
  }

  async #set(name: StructureName, wish: OwnersWish): Promise<Result<void, string>> {
    if (Object.keys(wish).length === 0) return ok(undefined);
    const set = await this.#deps.agent.setOwnersLimits(name, wish);
    return set.ok ? ok(undefined) : err(set.error.text);
  }

  /** What is in auto without having been subscribed stays its policy's. */
  async leave(name: StructureName, which: readonly Resource[] = resources): Promise<void> {
    const { agent, registry } = this.#deps;
    const settings = registry.settingsOf(name)?.resources;
    const left = which.filter((resource) => settings?.[resource].mode !== "auto");
    if (agent.container(name) === undefined) return;
    const { failed } = await agent.release([name], left);
    const [failure] = failed;
    if (failure !== undefined) throw new Error(failure.reason.text);
  }
}

function wishOf(limits: Readonly<Partial<Record<Resource, number | null>>>): OwnersWish {
  const rates = rateResources.flatMap((rate) => {
    const limit = limits[rate];
    return limit === undefined ? [] : [[rate, limit] as const];
  });
  return {
    ...(limits.cpu !== undefined && { cpuShares: limits.cpu }),
    ...(limits.mem !== undefined && { memMib: limits.mem }),
    ...(rates.length > 0 && { rates: Object.fromEntries(rates) }),
  };
}

const limitBefore = (before: LimitsBefore, resource: Resource): number | null | undefined =>
  resource === "cpu" ? before.cpu?.quotaShares : before[resource];

/** As the kernel holds it, which rounds. */
function isSameAmount(
  resource: Resource,
  a: number | null | undefined,
  b: number | null | undefined,
): boolean {
  if (a === undefined || b === undefined) return false;
  if (resource !== "cpu") return isSameMemLimit(a, b);
  const limitOf = (quotaShares: number | null) => ({
    ...{ quotaShares, burstShares: 0 },
    ...{ periodMs: 100, weight: 100 },
  });
  return isSameCpuLimit(limitOf(a), limitOf(b));
}
