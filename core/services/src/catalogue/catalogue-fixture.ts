import {
  type ContainerLimits,
  cpuLimitOfShares,
  err,
  invariant,
  type LimitsBefore,
  limitIn,
  ok,
  type Resource,
  type Result,
  resources,
  type StructureName,
} from "@sc/domain";
import { defaultsByRules, nameFor } from "@sc/domain/testing";
import type {
  AgentContainerView,
  ApiProblem,
  ContainerDeclaration,
  DocumentStore,
  DocumentWrite,
  HostDeclaration,
} from "@sc/ports";
import { FakeHostProbe, InMemoryDocumentStore } from "@sc/ports/testing";
import { containerCalled, totals } from "../orchestrator/orchestrator-fixture.ts";
import { KeptLog } from "../service-loop/ticking-clock.ts";
import { StructureRegistry } from "../structure-registry/structure-registry.ts";
import type { Admission, WantedLimits } from "./admission.ts";
import { CatalogueDesk } from "./catalogue-desk.ts";

/** A process that ends after so many steps: what it waits for then never comes. */
export class Mortal {
  #left = Number.POSITIVE_INFINITY;
  taken = 0;

  diesAfter(steps: number): void {
    this.#left = steps;
  }

  get isDead(): boolean {
    return this.#left <= 0;
  }

  async step(): Promise<void> {
    if (this.isDead) return new Promise(() => {});
    this.taken += 1;
    this.#left -= 1;
    if (this.isDead) return new Promise(() => {});
  }
}

/** Limits of containers as the kernel holds them: they outlive processes. */
export class FakeHost {
  readonly limits = new Map<StructureName, ContainerLimits>();
  readonly cores = new Set<StructureName>();
  /** The most all wanted limits may be. */
  room = Number.POSITIVE_INFINITY;
  failure: string | undefined;

  run(...names: readonly string[]): void {
    for (const name of names) {
      this.limits.set(nameFor(name), { cpu: cpuLimitOfShares(150, 100), memMib: null });
    }
  }

  container = (name: StructureName): AgentContainerView | undefined => {
    const limits = this.limits.get(name);
    return limits === undefined ? undefined : containerCalled(name, { limits });
  };

  write(name: StructureName, resource: Resource, limit: number | null): void {
    const present = this.limits.get(name);
    invariant(present !== undefined, "the container runs");
    this.limits.set(name, withLimit(present, resource, limit));
  }
}

function withLimit(
  limits: ContainerLimits,
  resource: Resource,
  limit: number | null,
): ContainerLimits {
  if (resource === "mem") return { ...limits, memMib: limit };
  if (resource === "cpu") {
    return { ...limits, cpu: { ...cpuLimitOfShares(100, 100), quotaShares: limit } };
  }
  return { ...limits, rates: { ...limits.rates, [resource]: limit } };
}

/** Writes limit after limit, as the agent does, and may die between two. */
export class FakeAdmission implements Admission {
  readonly left: (readonly [StructureName, readonly Resource[] | undefined])[] = [];
  readonly #host: FakeHost;
  readonly #mortal: Mortal;

  constructor(host: FakeHost, mortal: Mortal) {
    this.#host = host;
    this.#mortal = mortal;
  }

  async admit(name: StructureName, wanted: WantedLimits): Promise<Result<void, string>> {
    const { room, failure } = this.#host;
    await this.#mortal.step();
    if (failure !== undefined) return err(failure);
    if (Object.values(wanted).reduce((sum, each) => sum + each, 0) > room) {
      return err("the host has no room");
    }
    this.#host.cores.add(name);
    for (const resource of resources) {
      const limit = wanted[resource];
      if (limit === undefined) continue;
      await this.#mortal.step();
      this.#host.write(name, resource, limit);
    }
    await this.#mortal.step();
    return ok(undefined);
  }

  async undo(
    name: StructureName,
    { wanted, before }: { readonly wanted: WantedLimits; readonly before: LimitsBefore },
  ): Promise<Result<void, string>> {
    for (const resource of resources) {
      const present = this.#host.limits.get(name);
      if (wanted[resource] === undefined || present === undefined) continue;
      await this.#mortal.step();
      if (limitIn(present, resource) !== wanted[resource]) continue;
      const limit = resource === "cpu" ? before.cpu?.quotaShares : before[resource];
      this.#host.write(name, resource, limit ?? null);
    }
    this.#host.cores.delete(name);
    return ok(undefined);
  }

  async leave(name: StructureName, which?: readonly Resource[]): Promise<void> {
    await this.#mortal.step();
    this.left.push([name, which]);
    if (which === undefined) this.#host.cores.delete(name);
  }
}

/** A store whose process may die before a save and after it. */
const mortalStore = (store: InMemoryDocumentStore, mortal: Mortal): DocumentStore => ({
  load: () => store.load(),
  watch: (listen) =>
    store.watch((changed) => {
      if (!mortal.isDead) listen(changed);
    }),
  close: () => store.close(),
  save: async (writes: readonly DocumentWrite[]) => {
    await mortal.step();
    const saved = await store.save(writes);
    await mortal.step();
    return saved;
  },
});

export async function catalogueOn(
  store = new InMemoryDocumentStore(),
  host = new FakeHost(),
  mortal = new Mortal(),
  stored: "read" | "unread" = "read",
) {
  const log = new KeptLog();
  const access = mortalStore(store, mortal);
  const registry = new StructureRegistry({ defaults: defaultsByRules, store: access });
  const admission = new FakeAdmission(host, mortal);
  const probe = new FakeHostProbe();
  const desk = new CatalogueDesk({
    log,
    store: access,
    registry,
    admission,
    probe,
    container: host.container,
    cores: () => [],
    isLocalHost: (name) => name === "host1" || name === "host1-alias",
  });
  for (const name of host.limits.keys()) registry.learn(containerCalled(name).facts, totals);
  const loaded = await access.load();
  invariant(loaded.ok, "the store can be read");
  if (stored === "read") {
    registry.take(loaded.value);
    desk.take(loaded.value);
  }
  /** Found by the agent. */
  const run = (...names: readonly string[]): void => {
    host.run(...names);
    for (const name of names) registry.learn(containerCalled(name).facts, totals);
  };
  return { admission, desk, host, log, mortal, probe, registry, run, store };
}

export const agentAddress = { address: "10.0.0.7", port: 8000 };

export const hostOf = (changed: Partial<HostDeclaration> = {}): HostDeclaration => ({
  agent: agentAddress,
  placement: "shared",
  resources: { cpu: { max: 400 }, mem: { max: 8192, free: 8000 }, energy: { max: 100 } },
  disks: [],
  ...changed,
});

export const containerOf = (changed: Partial<ContainerDeclaration> = {}): ContainerDeclaration => ({
  host: "host1",
  agent: agentAddress,
  isGuarded: true,
  resources: {
    cpu: {
      min: 50,
      max: 300,
      current: 100,
      isGuarded: true,
      weight: 1,
      boundary: { percent: 25, of: "current" },
    },
    mem: { min: 256, max: 2048, current: 1024, isGuarded: false },
  },
  policy: "serverless-rules",
  ...changed,
});

export const programs = {
  installScript: "",
  installFiles: "",
  runtimeFiles: "",
  outputDir: "",
  startScript: "start.sh",
  stopScript: "",
};

export const applicationOf = () => ({
  isGuarded: true,
  resources: {
    cpu: { min: 100, max: 400, isGuarded: true },
    mem: { min: 0, max: 4096, isGuarded: false },
  },
  programs,
});

export const userOf = () => ({ resources: { cpu: { min: 0, max: 400 } }, balancingMethod: "x" });

export function good<Value>(result: Result<Value, ApiProblem>): Value {
  invariant(result.ok, `it is not refused: ${JSON.stringify(result)}`);
  return result.value;
}

export function problemIn(result: Result<unknown, ApiProblem>): string {
  invariant(!result.ok, "it is refused");
  return `${result.error.code} ${result.error.detail}`;
}
