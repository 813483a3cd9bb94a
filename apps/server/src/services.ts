import { findSettingsFaults } from "@sc/config-file";
import type { Configuration } from "@sc/contracts";
import { byResource, previewFirstLimit, rulePaths, sharesPerCore } from "@sc/domain";
import { InProcessBus } from "@sc/in-process";
import { JsonLogicRuleCompiler } from "@sc/json-logic";
import { NodeClock, NodeTimers } from "@sc/node-runtime";
import type {
  Cgroups,
  Clock,
  ContainerFinder,
  DocumentStore,
  HistoryStore,
  HostReader,
  Journal,
  Lease,
  Log,
  Timers,
} from "@sc/ports";
import {
  DatabaseSnapshoter,
  DocumentDesk,
  DocumentLoader,
  Guardian,
  NodeAgent,
  Orchestrator,
  SanityChecker,
  Scaler,
  type Service,
  StructureRegistry,
  StructureSnapshoter,
  SupervisedService,
} from "@sc/services";
import {
  agentOptionsOf,
  brakeSettingsOf,
  defaultSettingsOf,
  rulePresetsOf,
  serviceSettingsOf,
} from "./domain-options.ts";

/** What services need of a host, whoever plays it. */
export interface HostPorts {
  readonly cgroups: Cgroups;
  readonly finders: readonly ContainerFinder[];
  readonly hostReader: HostReader;
  readonly journal: Journal;
  readonly lease: Lease;
}

export interface ServicesDeps {
  readonly configuration: Configuration;
  readonly host: HostPorts;
  readonly documents: DocumentStore;
  readonly history: HistoryStore;
  readonly log: Log;
  /** Whose time it is; default the machine's. */
  readonly time?: { readonly clock: Clock; readonly timers: Timers };
}

export interface Services {
  readonly agent: NodeAgent;
  readonly orchestrator: Orchestrator;
  readonly desk: DocumentDesk;
  readonly loader: DocumentLoader;
  /** What must run before the agent finds its first container; the agent last. */
  readonly early: readonly Service[];
  /** What the first sample need not wait for. */
  readonly late: readonly Service[];
  /** Those who ask before the one who writes, and who keeps what it did after it. */
  readonly inStopOrder: readonly Service[];
}

/** Joins all services of one host in one process. */
export function joinServices(deps: ServicesDeps): Services {
  const { documents, history, host, log } = deps;
  const { clock, timers } = deps.time ?? timeOfTheMachine();
  const registry = new StructureRegistry({
    defaults: defaultSettingsOf(deps.configuration),
    store: documents,
  });
  const desk = makeDesk(deps);
  const loader = new DocumentLoader({ store: documents, takers: [registry, desk], timers, log });
  const common = { bus: new InProcessBus({ log }), clock, desk, history, log, registry, timers };
  const { guardian, scaler, brakes } = makeDeciders(common);
  const agent = makeAgent(deps, common);
  const checker = new SanityChecker({ ...common, agent });
  const snapshots = () => desk.inForce("structure-snapshoter");
  const snapshoter = new StructureSnapshoter({ ...common, agent, settings: snapshots });
  const keeping = () => desk.inForce("database-snapshoter");
  const keeper = new DatabaseSnapshoter({ ...common, settings: keeping });
  const orchestrator: Orchestrator = new Orchestrator({
    ...common,
    agent,
    brakes: scaler,
    documents: desk,
    totals: { cpu: host.hostReader.cores * sharesPerCore, mem: host.hostReader.memMibTotal },
    services: () => [...early, ...late],
    problems: () => [...loader.problems(), ...desk.problems(), ...checker.problems()],
    previewFirstLimit: ({ resource, ...input }) =>
      previewFirstLimit({ ...input, rules: desk.rulesInForce(resource), brakes: brakes() }),
  });
  const supervise = (service: Service): Service => new SupervisedService(service, { timers, log });
  const deciders = [guardian, scaler].map(supervise);
  const listeners = [keeper, orchestrator].map(supervise);
  const late = [snapshoter, checker, loader].map(supervise);
  // The agent is not started a second time: without it this process is of no use, and another recovers.
  const early = [...deciders, ...listeners, agent];
  const inStopOrder = [...late, ...deciders, agent, ...listeners];
  return { agent, orchestrator, desk, loader, early, late, inStopOrder };
}

function timeOfTheMachine() {
  const clock = new NodeClock();
  return { clock, timers: new NodeTimers(clock) };
}

interface Common {
  readonly bus: InProcessBus;
  readonly clock: Clock;
  readonly desk: DocumentDesk;
  readonly history: HistoryStore;
  readonly log: Log;
  readonly registry: StructureRegistry;
  readonly timers: Timers;
}

function makeDeciders(common: Common) {
  const { desk } = common;
  const policies = () => desk.policies();
  const brakes = remembered(() => desk.inForce("scaler"), brakeSettingsOf);
  const guardian = new Guardian({
    ...common,
    policies,
    isActive: () => desk.inForce("guardian").isActive,
  });
  const isActive = () => desk.inForce("scaler").isActive;
  const scaler = new Scaler({ ...common, brakes, policies, isActive });
  return { guardian, scaler, brakes };
}

function makeAgent({ configuration, host }: ServicesDeps, common: Common): NodeAgent {
  const { desk } = common;
  const options = remembered(
    () => desk.inForce("node-agent"),
    (settings) => agentOptionsOf(configuration, settings),
  );
  const agent = new NodeAgent({ ...common, ...host, onFatal: endProcess }, options);
  desk.onChange((news) => {
    if (news.topic === "settings" && news.data.service === "node-agent") agent.optionsChanged();
  });
  return agent;
}

function makeDesk({ configuration, documents, log }: ServicesDeps): DocumentDesk {
  return new DocumentDesk({
    store: documents,
    log,
    settings: serviceSettingsOf(configuration),
    bounds: findSettingsFaults,
    presets: rulePresetsOf(configuration),
    compilers: byResource((resource) => new JsonLogicRuleCompiler({ paths: rulePaths(resource) })),
  });
}

/** What is made of settings, made again only when they are others. */
function remembered<Settings, Made>(
  settings: () => Settings,
  make: (settings: Settings) => Made,
): () => Made {
  let last: { readonly settings: Settings; readonly made: Made } | undefined;
  return () => {
    const now = settings();
    if (last?.settings !== now) last = { settings: now, made: make(now) };
    return last.made;
  };
}

/** What the ledger or the journal guarantees does not hold: a new process recovers, this one cannot. */
const endProcess = (error: unknown): void => {
  // From a fresh stack, where nobody catches it.
  setImmediate(() => {
    throw error;
  });
};
