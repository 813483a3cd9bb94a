import {
  applicationLedName,
  byResource,
  type ContainerNotice,
  type GroupSample,
  type GroupUse,
  isRateResource,
  limitInForce,
  type MonotonicSeconds,
  type RefeederSettings,
  type Resource,
  type ResourceSettings,
  resources,
  type SampledMember,
  type StructureName,
  thresholds,
  type UsageBatch,
  type UsageSample,
} from "@sc/domain";
import type { Bus, Subscription } from "@sc/ports";
import type { Service, ServiceHealth } from "../service-loop/service.ts";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";
import type { GroupBook } from "./group-book.ts";

export interface RefeederDeps {
  readonly bus: Bus;
  readonly groups: Pick<GroupBook, "applicationOf" | "applications" | "isEmpty">;
  readonly registry: Pick<StructureRegistry, "settingsOf">;
  /** Asked at each batch; while it is not active no application is decided about. */
  readonly settings: () => Pick<RefeederSettings, "isActive" | "silentSeconds">;
}

interface Seen {
  readonly host: string;
  readonly sample: UsageSample;
  /** Rates stand in one sample a second only. */
  readonly rates: UsageSample["rates"];
}

/**
 * Makes one sample of an application of the samples of its containers, in the very call in which the last
 * of them arrives: no query and no timer. A container that was not sampled for seconds leaves the use of
 * its application unknown, not smaller; one that does not run has no part in it.
 */
export class Refeeder implements Service {
  readonly name = "refeeder";
  readonly #deps: RefeederDeps;
  readonly #seen = new Map<StructureName, Seen>();
  /** When each application was told of last. */
  readonly #toldAt = new Map<StructureName, MonotonicSeconds>();
  #subscriptions: readonly Subscription[] = [];

  constructor(deps: RefeederDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { bus } = this.#deps;
    this.#subscriptions = [
      bus.subscribe("containers", (notices) => this.#forget(notices)),
      bus.subscribe("usage", (batch) => this.#take(batch)),
    ];
  }

  stop(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.cancel();
    this.#subscriptions = [];
    this.#seen.clear();
    this.#toldAt.clear();
    return Promise.resolve();
  }

  health(): ServiceHealth {
    const status = this.#subscriptions.length === 0 ? "stopped" : "running";
    return { status, lastError: undefined };
  }

  /** The containers of an application that run, as they were sampled last. */
  membersOf(application: StructureName, resource: Resource): readonly SampledMember[] {
    const { applications } = this.#deps.groups;
    const containers = applications.get(application)?.containers ?? [];
    return containers.flatMap((name) => this.#memberOf(name, resource) ?? []);
  }

  #forget(notices: readonly ContainerNotice[]): void {
    for (const notice of notices) if (notice.kind === "gone") this.#seen.delete(notice.name);
  }

  #take({ at, host, samples }: UsageBatch): void {
    const { bus, groups, settings } = this.#deps;
    if (groups.isEmpty || !settings().isActive) return;
    const touched = new Set<StructureName>();
    for (const sample of samples) {
      const application = groups.applicationOf(sample.name);
      if (application === undefined || sample.only !== undefined) continue;
      const rates = sample.rates ?? this.#seen.get(sample.name)?.rates;
      this.#seen.set(sample.name, { host, sample, rates });
      touched.add(application);
    }
    const complete = [...touched].filter((name) => this.#isComplete(name, at));
    const told = complete.map((name) => this.#sampleOf(name, at));
    if (told.length > 0) bus.publish("groups", told);
  }

  /** Each that runs was sampled since the application was told of last, or is silent for long. */
  #isComplete(name: StructureName, at: MonotonicSeconds): boolean {
    const told = this.#toldAt.get(name) ?? Number.NEGATIVE_INFINITY;
    const containers = this.#deps.groups.applications.get(name)?.containers ?? [];
    return containers.every((container) => {
      const sampledAt = this.#seen.get(container)?.sample.at;
      return (
        sampledAt === undefined ||
        sampledAt > told ||
        at - sampledAt > this.#deps.settings().silentSeconds
      );
    });
  }

  #sampleOf(name: StructureName, at: MonotonicSeconds): GroupSample {
    const before = this.#toldAt.get(name);
    this.#toldAt.set(name, at);
    const uses = byResource((resource) => this.#useOf(this.membersOf(name, resource), at));
    const rates = resources.filter((each) => isRateResource(each) && uses[each].members.length > 0);
    return {
      name,
      at,
      windowSeconds: before === undefined ? undefined : at - before,
      resources: {
        cpu: uses.cpu,
        mem: uses.mem,
        ...Object.fromEntries(rates.map((rate) => [rate, uses[rate]])),
      },
    };
  }

  #useOf(members: readonly SampledMember[], at: MonotonicSeconds): GroupUse {
    const isSilent = members.some(({ name }) => {
      const sampledAt = this.#seen.get(name)?.sample.at ?? at;
      return at - sampledAt > this.#deps.settings().silentSeconds;
    });
    const isKnown = members.length > 0 && !isSilent;
    return {
      members,
      used: isKnown ? sumOf(members, ({ used }) => used) : undefined,
      limit: members.length > 0 ? sumOf(members, ({ value }) => value) : undefined,
    };
  }

  #memberOf(name: StructureName, resource: Resource): SampledMember | undefined {
    const seen = this.#seen.get(name);
    const settings = this.#deps.registry.settingsOf(name)?.resources[resource];
    if (seen === undefined || settings === undefined) return undefined;
    const { limit, used } = amountsOf(seen, resource);
    if (limit === undefined) return undefined;
    const { min, max } = settings;
    const { id, memMibFloor = 0 } = seen.sample;
    // No limit of memory may be below what is in use.
    const hardFloor = resource === "mem" ? Math.max(min, memMibFloor) : min;
    const value = limitInForce(settings, limit);
    const isLed = settings.mode === "auto" && settings.policy === applicationLedName;
    return {
      ...{ name, id, host: seen.host, value, min, hardFloor, most: max, used },
      floor: Math.max(hardFloor, comfortOf(settings, { limit, used: used ?? value })),
      need: isLed ? used : undefined,
    };
  }
}

/**
 * The limit that puts a use in the middle of its band. Below it a container would soon ask for what was
 * taken; and one that is cut below what it uses seems to need less and less.
 */
const comfortOf = (
  settings: ResourceSettings,
  { limit, used }: { readonly limit: number | null; readonly used: number },
): number => used + 1.5 * thresholds(settings, limit).margin;

function amountsOf(
  { sample, rates }: Seen,
  resource: Resource,
): { readonly limit: number | null | undefined; readonly used: number | undefined } {
  if (isRateResource(resource)) {
    const rate = rates?.[resource];
    return { limit: rate?.limit, used: rate?.used };
  }
  return resource === "cpu"
    ? { limit: sample.cpuLimit?.quotaShares, used: sample.cpuSharesUsed }
    : { limit: sample.memMibLimit, used: sample.memMibUsed };
}

/** `undefined` when one of them is. */
function sumOf(
  members: readonly SampledMember[],
  figure: (member: SampledMember) => number | undefined,
): number | undefined {
  let sum = 0;
  for (const member of members) {
    const value = figure(member);
    if (value === undefined) return undefined;
    sum += value;
  }
  return sum;
}
