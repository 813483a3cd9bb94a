import {
  type Application,
  applicationLed,
  type BrakeSettings,
  type CpuLimit,
  cpuLimitOfShares,
  defaultBrakeSettings,
  invariant,
  monotonicSeconds,
  policyBook,
  runnable,
  type StoredResourceSettings,
  type StructureName,
  type User,
  wallSeconds,
} from "@sc/domain";
import { defaultsByRules, idFor, nameFor, policyFor } from "@sc/domain/testing";
import { FakeBus, InMemoryDocumentStore } from "@sc/ports/testing";
import { Guardian } from "../guardian/guardian.ts";
import { Scaler } from "../scaler/scaler.ts";
import { StructureRegistry } from "../structure-registry/structure-registry.ts";
import { GroupBook } from "./group-book.ts";
import { GroupGuardian } from "./group-guardian.ts";
import { groupsOfScaler } from "./groups-of-scaler.ts";
import { Refeeder } from "./refeeder.ts";

const sampleSeconds = 0.1;

const programs = {
  ...{ installScript: "", installFiles: "", runtimeFiles: "", outputDir: "" },
  ...{ startScript: "", stopScript: "" },
};

export const applicationOf = (
  containers: readonly string[],
  cpu: Partial<NonNullable<Application["resources"]["cpu"]>> = {},
): Application => ({
  containers: containers.map(nameFor),
  isGuarded: true,
  state: "running",
  resources: { cpu: { min: 20, max: 200, isGuarded: true, ...cpu } },
  programs,
});

export const userOf = (
  applications: readonly string[],
  cpu: NonNullable<User["resources"]["cpu"]>,
): User => ({ applications: applications.map(nameFor), resources: { cpu } });

export interface ModelledContainer {
  readonly name: string;
  /** What it would use at a second, if nothing limited it. */
  readonly demand: (second: number) => number;
  readonly startShares: number;
  /** What its owner set; by default it is in observe, and its application decides. */
  readonly settings?: StoredResourceSettings;
}

/** Brakes as tests have them: all that is left is what the decisions do themselves. */
const unbraked: BrakeSettings = {
  ...defaultBrakeSettings,
  learningSeconds: 0,
  settleSeconds: 1,
  shrinkAtOncePercent: 100,
  shrinkPerWindowPercent: 100,
  hostShrinksPerMinute: 10_000,
  hostShrinksPerMinuteAfterStart: 10_000,
};

/** All who decide as they run, on a host where what is used is the demand under its limit. */
export async function runApplications(options: {
  readonly containers: readonly ModelledContainer[];
  readonly applications: Readonly<Record<string, Application>>;
  readonly users?: Readonly<Record<string, User>>;
  readonly grantableShares?: number;
}) {
  const { containers, grantableShares = 10_000 } = options;
  const bus = new FakeBus();
  let now = 0;
  const clock = { monotonic: () => monotonicSeconds(now), wall: () => wallSeconds(now) };
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const store = new InMemoryDocumentStore();
  const groups = new GroupBook(store);
  const registry = await StructureRegistry.load({ defaults: defaultsByRules, store, groups });
  const declare = async (
    document:
      | { readonly kind: "application"; readonly name: string; readonly content: Application }
      | { readonly kind: "user"; readonly name: string; readonly content: User },
  ): Promise<void> => {
    await store.save([{ action: "put", document: { ...document, name: nameFor(document.name) } }]);
  };
  for (const [name, content] of Object.entries(options.applications))
    await declare({ kind: "application", name, content });
  for (const [name, content] of Object.entries(options.users ?? {}))
    await declare({ kind: "user", name, content });
  const limits = new Map<string, CpuLimit>();
  for (const { name: text, startShares, settings: own = {} } of containers) {
    const name = nameFor(text);
    limits.set(text, cpuLimitOfShares(startShares, 100));
    const cpu = { max: 200, ...own };
    await registry.update({ structures: [{ name, resources: { cpu } }] }, "required");
    const first = { cpu: cpuLimitOfShares(startShares, 100), memMib: null };
    registry.learn({ name, id: idFor(text), engine: "lxc", first }, { cpu: 800, mem: 8192 });
  }
  const book = policyBook([runnable(policyFor()), runnable(applicationLed("cpu"))]);
  const deps = { bus, clock, log, registry, groups, policies: () => book };
  const refeeder = new Refeeder({
    ...deps,
    settings: () => ({ isActive: true, silentSeconds: 5 }),
  });
  new Guardian(deps).start();
  new GroupGuardian({ ...deps, refeeder }).start();
  const scalers = groupsOfScaler(groups, refeeder);
  new Scaler({ ...deps, groups: scalers, brakes: () => unbraked }).start();
  refeeder.start();
  bus.subscribe("orders", (orders) => {
    for (const { target, structure, ...order } of orders) {
      invariant(target.resource === "cpu", "orders here are for cpu");
      const old = limits.get(structure)?.quotaShares;
      limits.set(structure, target.limit);
      const change = { ...order, structure, resource: "cpu" as const, outcome: "applied" as const };
      const times = { at: clock.monotonic(), stamp: clock.wall() };
      bus.publish("changes", [{ ...change, ...times, old, new: target.limit.quotaShares }]);
    }
  });
  for (const { name } of containers) {
    const first = { cpu: limits.get(name), memMib: null };
    const facts = { name: nameFor(name), id: idFor(name), engine: "lxc" as const, first };
    const at = clock.monotonic();
    bus.publish("containers", [{ kind: "appeared", facts, isRestart: false, at }]);
  }
  const sharesOf = (name: string): number => limits.get(name)?.quotaShares ?? 0;
  const sum = (): number => containers.reduce((total, { name }) => total + sharesOf(name), 0);
  const sampleOf = ({ name, demand }: ModelledContainer) => ({
    name: nameFor(name),
    id: idFor(name),
    at: clock.monotonic(),
    windowSeconds: sampleSeconds,
    cpuSharesUsed: Math.min(demand(now), sharesOf(name)),
    cpuLimit: limits.get(name),
    isFrozen: false,
    memMibUsed: undefined,
    memMibFloor: undefined,
    memMibLimit: undefined,
  });
  const tick = (): void => {
    now += sampleSeconds;
    const room = { total: grantableShares, grantable: grantableShares, isOvercommitted: false };
    bus.publish("usage", {
      host: "host-1",
      at: clock.monotonic(),
      samples: containers.map(sampleOf),
      hostObservation: {
        cpu: { ...room, granted: sum() },
        mem: { total: 8192, grantable: 4096, granted: 0, isOvercommitted: false },
        isPressed: false,
      },
    });
    invariant(bus.errors.length === 0, `no subscriber throws: ${String(bus.errors[0])}`);
  };
  return {
    bus,
    declare,
    sharesOf,
    sum,
    /** Lets time pass; `look` is called after each sample. */
    pass: (seconds: number, look: () => void = () => {}): void => {
      for (let left = Math.round(seconds / sampleSeconds); left > 0; left -= 1) {
        tick();
        look();
      }
    },
    orderCount: () => bus.published("orders").flat().length,
    changesOf: (name: string) => ofStructure(bus.published("changes").flat(), nameFor(name)),
    requestsOf: (name: string) => ofStructure(bus.published("requests").flat(), nameFor(name)),
  };
}

const ofStructure = <Item extends { readonly structure: StructureName }>(
  items: readonly Item[],
  name: StructureName,
): readonly Item[] => items.filter(({ structure }) => structure === name);
