import {
  type Change,
  cpuLimitOfShares,
  type Hold,
  type HostObservation,
  type Mode,
  monotonicSeconds,
  type Reason,
  type Recommendation,
  type Resource,
  reason,
  type ScalingRequest,
  type StoredSettings,
  type StructureName,
  wallSeconds,
} from "@sc/domain";
import { defaultsByRules, idFor, nameFor, rulesOnly } from "@sc/domain/testing";
import type {
  AgentContainerView,
  BrakeStatus,
  DocumentStore,
  HealthProblem,
  HostAgent,
  ReleaseReport,
  StoreUnreadable,
} from "@sc/ports";
import { FakeBus, InMemoryDocumentStore, InMemoryHistoryStore } from "@sc/ports/testing";
import type { DocumentNews } from "../live-documents/document-desk.ts";
import type { ServiceHealth } from "../service-loop/service.ts";
import { StructureRegistry } from "../structure-registry/structure-registry.ts";
import { Orchestrator } from "./orchestrator.ts";

export const totals = { cpu: 400, mem: 8192 };

export const calm: HostObservation = {
  cpu: { total: 400, grantable: 360, granted: 0, isOvercommitted: false },
  mem: { total: 8192, grantable: 4096, granted: 0, isOvercommitted: false },
  isPressed: false,
};

export function containerCalled(
  name: string,
  changed: Partial<AgentContainerView> = {},
): AgentContainerView {
  const first = { cpu: cpuLimitOfShares(200, 100), memMib: null };
  return {
    facts: { name: nameFor(name), id: idFor(name), engine: "lxc", first },
    limits: first,
    isFrozen: false,
    watchedSeconds: 500,
    cpuSharesUsed: 40,
    memMibUsed: 100,
    ratesUsed: {},
    rateCaveats: {},
    cpuUsedSeconds: 200,
    throttledSeconds: 1,
    throttledRatio: 0.25,
    accounting: {
      watchedSeconds: 500,
      cpu: { used: 200, allocated: 1000, reserved: 1000 },
      mem: { used: 50_000, allocated: 100_000, reserved: 200_000 },
      throttledSeconds: 1,
      changes: 3,
    },
    held: { cpu: undefined, mem: undefined },
    ...changed,
  };
}

export const squeezedTo = (shares: number): Partial<AgentContainerView> => ({
  limits: { cpu: cpuLimitOfShares(shares, 100), memMib: null },
});

/** An agent that holds what the test says and notes what it was asked to release. */
class FakeAgent implements HostAgent {
  readonly host = "host1";
  readonly known = new Map<StructureName, AgentContainerView>();
  readonly releases: (readonly StructureName[] | undefined)[] = [];
  /** What the modes were when release was asked for. */
  readonly modesAtRelease: (Mode | undefined)[] = [];
  readonly resourcesAtRelease: (readonly Resource[] | undefined)[] = [];
  modeOf: (name: StructureName) => Mode | undefined = () => undefined;
  failure: Reason | Error | undefined;
  observation = calm;
  found: ReturnType<HostAgent["problems"]> = [];

  containers = (): readonly AgentContainerView[] => [...this.known.values()];
  container = (name: StructureName): AgentContainerView | undefined => this.known.get(name);
  hostObservation = (): HostObservation => this.observation;
  problems = (): ReturnType<HostAgent["problems"]> => this.found;
  differences: ReturnType<HostAgent["audit"]> = [];
  audit = (): ReturnType<HostAgent["audit"]> => this.differences;
  deliver = (): void => {};
  cores: HostAgent["cores"] = () => [];
  setOwnersLimits: HostAgent["setOwnersLimits"] = () =>
    Promise.resolve({ ok: false, error: { code: "unknown", text: "nothing runs here" } });

  async release(
    names: readonly StructureName[] | undefined,
    which?: readonly Resource[],
  ): Promise<ReleaseReport> {
    const targets = names ?? [...this.known.keys()];
    this.releases.push(names);
    this.resourcesAtRelease.push(which);
    this.modesAtRelease.push(...targets.map((name) => this.modeOf(name)));
    const { failure } = this;
    if (failure instanceof Error) throw failure;
    if (failure === undefined) return { released: targets, unchanged: [], failed: [] };
    const failed = targets.map((structure) => ({ structure, reason: failure }));
    return { released: [], unchanged: [], failed };
  }
}

/** What is stored about a structure. */
export async function storedOf(
  store: DocumentStore,
  name: string,
): Promise<StoredSettings | undefined> {
  const loaded = await store.load();
  if (!loaded.ok) return undefined;
  for (const { document } of loaded.value.documents) {
    if (document.kind === "structure" && document.name === name) return document.content;
  }
  return undefined;
}

export async function orchestrate(
  containers: readonly AgentContainerView[],
  unreadable?: StoreUnreadable,
) {
  const store = new InMemoryDocumentStore();
  store.setUnreadable(unreadable);
  const registry = await StructureRegistry.load({ defaults: defaultsByRules, store });
  const agent = new FakeAgent();
  agent.modeOf = (name) => registry.settingsOf(name)?.resources.cpu.mode;
  for (const container of containers) {
    agent.known.set(container.facts.name, container);
    registry.learn(container.facts, totals);
  }
  const bus = new FakeBus();
  const brakes: { status: BrakeStatus } = {
    status: { isLearning: false, firstShrinkInSeconds: 0, inForce: [] },
  };
  const recommended = new Map<Resource, Recommendation>();
  const guardian: { health: ServiceHealth } = {
    health: { status: "running", lastError: undefined },
  };
  const clock = { now: 1000 };
  const warnings: string[] = [];
  const history = new InMemoryHistoryStore();
  const problems: HealthProblem[] = [];
  const documentListeners = new Set<(news: DocumentNews) => void>();
  const orchestrator = new Orchestrator({
    bus,
    clock: {
      monotonic: () => monotonicSeconds(clock.now),
      wall: () => wallSeconds(5000 + clock.now),
    },
    log: { info: () => {}, error: () => {}, warn: (message) => warnings.push(message) },
    registry,
    agent,
    documents: {
      policies: rulesOnly,
      onChange: (listen) => {
        documentListeners.add(listen);
        return { cancel: () => void documentListeners.delete(listen) };
      },
    },
    history,
    problems: () => problems,
    brakes: { brakesOf: () => brakes.status },
    recommendations: { recommendationOf: (_, resource) => recommended.get(resource) },
    totals,
    services: () => [{ name: "guardian", health: () => guardian.health }],
    previewFirstLimit: ({ limit, used }) => ({
      limit: limit === null ? null : limit - 50,
      reason: reason("usage-below-lower", `it uses ${used}`),
    }),
  });
  orchestrator.start();
  return {
    agent,
    brakes,
    bus,
    clock,
    documentListeners,
    guardian,
    history,
    orchestrator,
    problems,
    recommended,
    registry,
    store,
    warnings,
  };
}

const inside = reason("inside-band", "the use is inside the band");

export const hold = (name: string, why: Reason = inside): Hold => ({
  structure: nameFor(name),
  resource: "cpu",
  reason: why,
  at: monotonicSeconds(1),
});

export const request = (name: string, at: number): ScalingRequest => ({
  structure: nameFor(name),
  id: idFor(name),
  resource: "cpu",
  amount: -20,
  from: 200,
  priority: 0,
  isRecommendation: false,
  policy: "serverless-rules",
  reason: reason("usage-below-lower", `wish at ${at}`),
  at: monotonicSeconds(at),
  stamp: wallSeconds(5000 + at),
});

export const change = (name: string, at: number, changed: Partial<Change> = {}): Change => ({
  host: "host1",
  structure: nameFor(name),
  id: idFor(name),
  resource: "cpu",
  outcome: "applied",
  old: 200,
  new: 180,
  author: { kind: "policy", name: "serverless-rules" },
  reason: reason("usage-below-lower", `change at ${at}`),
  sequence: 1,
  at: monotonicSeconds(at),
  stamp: wallSeconds(5000 + at),
  ...changed,
});
