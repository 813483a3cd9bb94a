import { findSettingsFaults } from "@sc/config-file";
import type { Configuration } from "@sc/contracts";
import {
  type BrakeSettings,
  builtInPolicies,
  byResource,
  type HostTotals,
  rulePaths,
  sharesPerCore,
} from "@sc/domain";
import { InProcessBus } from "@sc/in-process";
import { JsonLogicRuleCompiler } from "@sc/json-logic";
import { NodeClock, NodeTimers } from "@sc/node-runtime";
import type {
  Bus,
  Cgroups,
  Clock,
  ContainerFinder,
  DataDisks,
  DocumentStore,
  HealthProblem,
  HistoryStore,
  HostReader,
  Journal,
  Lease,
  Log,
  Networks,
  ReplayRunner,
  Timers,
  UsageReader,
} from "@sc/ports";
import {
  type AgentDeps,
  type CatalogueDesk,
  DeclaredTotalsBook,
  DocumentDesk,
  DocumentLoader,
  type DocumentTaker,
  GroupBook,
  GuardedBus,
  HostRates,
  NodeAgent,
  Orchestrator,
  type OutsideUsage,
  previewOf,
  ReplayDesk,
  SanityChecker,
  type SeriesPlace,
  type Service,
  ServiceHeartbeats,
  StructureRegistry,
  StructureSnapshoter,
  SupervisedService,
} from "@sc/services";
import type { UserPolicies } from "@sc/user-policies";
import { agentOptionsOf, defaultSettingsOf, serviceSettingsOf } from "./domain-options.ts";
import { joinCatalogue, localHostTest } from "./join-catalogue.ts";
import { keepHistory } from "./keep-history.ts";
import { type DeciderBuses, makeDeciders } from "./make-deciders.ts";
import { openDoors } from "./open-doors.ts";
import { placeOnCores } from "./place-on-cores.ts";
import { rulePresetsOf } from "./published-seed.ts";
import { remembered } from "./remembered.ts";
import type { SanityReport } from "./sanity-log.ts";

/** What services need of a host, whoever plays it. */
export interface HostPorts {
  readonly cgroups: Cgroups;
  readonly finders: readonly ContainerFinder[];
  readonly hostReader: HostReader;
  readonly journal: Journal;
  readonly lease: Lease;
  /** Absent on a host that has neither disk nor network to look at. */
  readonly dataDisks?: DataDisks;
  readonly networks?: Networks;
}

/** For so long deciding may fail before limits are put back: no squeeze outlives who could end it. */
const undecidedSecondsMax = 5;

export interface ServicesDeps {
  readonly configuration: Configuration;
  readonly host: HostPorts;
  readonly documents: DocumentStore;
  readonly history: HistoryStore;
  readonly replayRunner: ReplayRunner;
  /** Who else is told what is stored. */
  readonly takers?: readonly DocumentTaker[];
  readonly log: Log;
  /** Who is asked what containers use; default nobody. */
  readonly usageReader?: UsageReader | undefined;
  /** Where series go besides the history; default nowhere. */
  readonly seriesPlaces?: readonly SeriesPlace[];
  /** Policies of the configuration's own. */
  readonly userPolicies?: Pick<UserPolicies, "policies" | "problems" | "forgive">;
  /** Why lines of the log are lost. */
  readonly logFailure?: () => string | undefined;
  /** Where findings of the sanity checker are written, too. */
  readonly sanityReport?: SanityReport | undefined;
  /** Whose time it is; default the machine's. */
  readonly time?: { readonly clock: Clock; readonly timers: Timers };
}

export interface Services {
  readonly agent: NodeAgent;
  readonly catalogue: CatalogueDesk;
  readonly orchestrator: Orchestrator;
  readonly desk: DocumentDesk;
  readonly heartbeats: ServiceHeartbeats;
  readonly loader: DocumentLoader;
  readonly replays: ReplayDesk;
  /** `undefined` = only what the agent measures is decided about. */
  readonly outside: OutsideUsage | undefined;
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
  const groups = new GroupBook(documents);
  const defaults = defaultSettingsOf(deps.configuration);
  const registry = new StructureRegistry({ defaults, store: documents, groups });
  const isLocalHost = localHostTest(deps.configuration, host.hostReader.name);
  const declared = new DeclaredTotalsBook({ store: documents, isLocalHost });
  const desk = makeDesk(deps);
  registry.onChange(() => deps.userPolicies?.forgive());
  const loader = new DocumentLoader({
    store: documents,
    takers: [
      ...[registry, desk, groups, declared],
      { take: (loaded) => catalogue.take(loaded) },
      ...(deps.takers ?? []),
    ],
    saveOwed: () => registry.saveOwed(),
    timers,
    log,
  });
  const common = { bus: new InProcessBus({ log }), clock, desk, history, log, registry, timers };
  const buses = busesOf(common);
  const { configuration } = deps;
  const { guardian, scaler, brakes, outside, pulled, ofGroups } = makeDeciders(
    { ...common, ...deps },
    { buses, groups },
  );
  const placement = placeOnCores(configuration, host.hostReader, () => catalogue);
  const ofHost = { placement, declaredTotals: () => declared.totals };
  const agent = makeAgent(deps, { ...common, ...ofHost, bus: buses.agent }, buses);
  const declaring = { ...common, agent, documents, isLocalHost };
  const { catalogue, catalogueKeeper } = joinCatalogue(declaring);
  const onChecked = deps.sanityReport?.checked.bind(deps.sanityReport);
  const checker = new SanityChecker({ ...common, agent, onChecked });
  const snapshots = () => desk.inForce("structure-snapshoter");
  const snapshoter = new StructureSnapshoter({ ...common, agent, settings: snapshots });
  const totals = { cpu: host.hostReader.cores * sharesPerCore, mem: host.hostReader.memMibTotal };
  const { keeper, outputs } = keepHistory(deps, { ...common, bus: buses.keeper, totals });
  const all = (): readonly Service[] => [...early, ...late];
  const heartbeats = new ServiceHeartbeats({ ...common, services: all });
  const orchestrator: Orchestrator = new Orchestrator({
    ...common,
    bus: buses.orchestrator,
    agent,
    ...{ brakes: scaler, recommendations: guardian },
    documents: desk,
    totals,
    services: all,
    heartbeats,
    problems: () => [
      ...[loader, desk, catalogue, checker, outputs, ...pulled].flatMap((part) => part.problems()),
      ...problemsAround(deps),
    ],
    previewFirstLimit: (question) => previewOf(question, { desk, brakes: brakes(), clock }),
  });
  const replays = makeReplays(deps, common, { orchestrator, totals, brakes });
  const { early, late, inStopOrder } = superviseAll(common, buses, {
    ...{ agent, guardian, scaler, outside, keeper, orchestrator },
    ofGroups,
    others: [snapshoter, checker, loader, heartbeats, catalogueKeeper, ...pulled],
  });
  const parts = { agent, catalogue, orchestrator, desk, heartbeats, loader, replays, outside };
  return { ...parts, early, late, inStopOrder };
}

/** Those who have a bus, which tells what they fail at. */
type OnBus = "guardian" | "scaler" | "keeper" | "orchestrator";

function superviseAll(
  { timers, log }: Pick<Common, "timers" | "log">,
  buses: Readonly<Record<OnBus | "outside", GuardedBus>>,
  services: Readonly<Record<OnBus, Service>> & {
    readonly agent: NodeAgent;
    readonly outside: Service | undefined;
    readonly ofGroups: readonly Service[];
    readonly others: readonly Service[];
  },
): Pick<Services, "early" | "late" | "inStopOrder"> {
  const supervise = (service: Service, bus?: GuardedBus): Service =>
    new SupervisedService(service, { timers, log, failure: () => bus?.failure() });
  const onBus = (name: OnBus): Service => supervise(services[name], buses[name]);
  const deciders = [onBus("guardian"), onBus("scaler")];
  deciders.push(...services.ofGroups.map((service) => supervise(service)));
  if (services.outside !== undefined) deciders.push(supervise(services.outside, buses.outside));
  const listeners = [onBus("keeper"), onBus("orchestrator")];
  const late = services.others.map((service) => supervise(service));
  // The agent is not started a second time: without it this process is of no use, and another recovers.
  const early = [...deciders, ...listeners, services.agent];
  return { early, late, inStopOrder: [...late, ...deciders, services.agent, ...listeners] };
}

function busesOf(common: Pick<Common, "bus" | "clock" | "log">) {
  const busOf = (service: string): GuardedBus => new GuardedBus(common, service);
  return {
    guardian: busOf("guardian"),
    scaler: busOf("scaler"),
    outside: busOf("outside-usage"),
    keeper: busOf("database-snapshoter"),
    orchestrator: busOf("orchestrator"),
    agent: busOf("node-agent"),
  };
}

function makeReplays(
  { configuration, replayRunner }: ServicesDeps,
  common: Common,
  around: {
    readonly orchestrator: Orchestrator;
    readonly totals: HostTotals;
    readonly brakes: () => BrakeSettings;
  },
): ReplayDesk {
  return new ReplayDesk({
    ...common,
    ...around,
    histories: around.orchestrator.usageHistories,
    defaults: defaultSettingsOf(configuration),
    documents: common.desk,
    runner: replayRunner,
  });
}

/** Of what no service here answers for. */
const problemsAround = (deps: ServicesDeps): readonly HealthProblem[] => [
  ...(deps.userPolicies?.problems() ?? []),
  ...logProblems(deps),
  ...(deps.sanityReport?.problems() ?? []),
  ...openDoors(deps.configuration),
];

function logProblems({ logFailure }: ServicesDeps): readonly HealthProblem[] {
  const text = logFailure?.();
  if (text === undefined) return [];
  const nextStep = "make room where the log is kept, or start again what reads it";
  return [{ code: "SC_LOG_UNWRITABLE", text, nextStep }];
}

function timeOfTheMachine() {
  const clock = new NodeClock();
  return { clock, timers: new NodeTimers(clock) };
}

interface Common {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly desk: DocumentDesk;
  readonly history: HistoryStore;
  readonly log: Log;
  readonly registry: StructureRegistry;
  readonly timers: Timers;
}

function makeAgent(
  { configuration, host }: ServicesDeps,
  common: Common & Pick<AgentDeps, "declaredTotals" | "placement">,
  { guardian, scaler }: DeciderBuses,
): NodeAgent {
  const { desk } = common;
  const options = remembered(
    () => desk.inForce("node-agent"),
    (settings) => agentOptionsOf(configuration, settings),
  );
  const whyUndecided = (): string | undefined =>
    guardian.failure(undecidedSecondsMax) ?? scaler.failure(undecidedSecondsMax);
  const { dataDisks: disks, networks } = host;
  const rates = disks && new HostRates({ ...common, disks, networks });
  const deps = { ...common, ...host, ...(rates !== undefined && { rates }), whyUndecided };
  const agent = new NodeAgent({ ...deps, onFatal: endProcess }, options);
  desk.onChange((news) => {
    if (news.topic === "settings" && news.data.service === "node-agent") agent.optionsChanged();
  });
  return agent;
}

function makeDesk(deps: ServicesDeps): DocumentDesk {
  const { configuration, documents, log, userPolicies } = deps;
  return new DocumentDesk({
    store: documents,
    log,
    settings: serviceSettingsOf(configuration),
    bounds: findSettingsFaults,
    presets: rulePresetsOf(configuration),
    otherPolicies: [...builtInPolicies, ...(userPolicies?.policies ?? [])],
    compilers: byResource((resource) => new JsonLogicRuleCompiler({ paths: rulePaths(resource) })),
  });
}

/** What the ledger or the journal guarantees does not hold: a new process recovers, this one cannot. */
const endProcess = (error: unknown): void => {
  // From a fresh stack, where nobody catches it.
  setImmediate(() => {
    throw error;
  });
};
