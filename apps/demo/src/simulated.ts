import {
  type Accounting,
  byResource,
  compileRules,
  defaultBrakeSettings,
  defaultCpuRules,
  defaultMemRules,
  defaultSettings,
  ok,
  parseStructureName,
  policyBook,
  runnable,
  type ServerlessRules,
  type StructureName,
  serverlessRules,
} from "@sc/domain";
import { InProcessBus } from "@sc/in-process";
import { JsonLogicRuleCompiler } from "@sc/json-logic";
import type { Bus, DocumentStore, Journal, Lease, Log } from "@sc/ports";
import { Guardian, NodeAgent, Scaler, StructureRegistry } from "@sc/services";
import { PhasedDemand, SimulatedHost, type VirtualClock } from "@sc/simulation";
import { type ArmRow, armRow, type CpuAccounts, type DemoResult } from "./arm-row.ts";
import { DemoFailed } from "./errors.ts";
import type { LiveDisplay } from "./live-display.ts";
import { demoBrakes } from "./server-process.ts";
import { phasesApart, phasesFrom } from "./workload/phased-workload.ts";

export interface SimulatedDeps {
  readonly clock: VirtualClock;
  readonly display: LiveDisplay;
  /** Called every half virtual second: lets promises go on, and the picture be seen. */
  readonly pace: () => Promise<void>;
  readonly signal: AbortSignal;
  readonly maxShares: number;
  readonly cores: number;
}

/** The same demo without a kernel: the real services under virtual time, on a simulated host. */
export async function runSimulated(deps: SimulatedDeps): Promise<DemoResult> {
  const { clock, cores, maxShares } = deps;
  const host = new SimulatedHost({ clock }, { cores });
  const names = ["sc-demo-a", "sc-demo-b"].map(structureName);
  for (const name of names) {
    host.makeContainer({ name, engine: "lxc", limit: { quotaShares: maxShares } });
  }
  const stage = await setStage(deps, host);
  const rows = [
    await runSimulatedArm({ ...deps, ...stage, host, names }, "fixed"),
    await runSimulatedArm({ ...deps, ...stage, host, names }, "scaled"),
  ];
  await stage.stop();
  return { containers: "simulated", rows };
}

interface Stage {
  readonly agent: NodeAgent;
  readonly registry: StructureRegistry;
  readonly lastReasons: ReadonlyMap<StructureName, string>;
  readonly stop: () => Promise<void>;
}

/** The services of one host, wired as the server wires them. */
async function setStage({ clock }: SimulatedDeps, host: SimulatedHost): Promise<Stage> {
  const bus = new InProcessBus({ log: silentLog });
  const registry = await StructureRegistry.load({
    defaults: byResource((resource) => ({
      ...defaultSettings[resource],
      policy: "serverless-rules",
    })),
    store: forgetfulStore,
  });
  const compiler = new JsonLogicRuleCompiler();
  const policyOf = (rules: ServerlessRules) => {
    const compiled = compileRules(rules, (document) => compiler.compile(document));
    if (compiled.ok) return runnable(serverlessRules(compiled.value));
    throw new DemoFailed(`The rule ${compiled.error.rule} is wrong: ${compiled.error.text}`);
  };
  const policies = policyBook([policyOf(defaultCpuRules), policyOf(defaultMemRules)]);

  const common = { bus, clock, log: silentLog, registry };
  const finders = [host.finder("lxc")];
  const agent = new NodeAgent({
    ...common,
    cgroups: host,
    finders,
    hostReader: host,
    journal: noJournal,
    lease: endlessLease,
    onFatal: (error) => {
      throw error;
    },
    timers: clock,
  });
  const guardian = new Guardian({ ...common, policies: () => policies });
  const scaler = new Scaler({ ...common, brakes: () => simulatedBrakes });
  const services = [scaler, guardian, agent];
  for (const service of services) service.start();
  const stop = async (): Promise<void> => {
    for (const service of services.toReversed()) await service.stop();
  };
  return { agent, registry, lastReasons: rememberReasons(bus), stop };
}

function rememberReasons(bus: Bus): ReadonlyMap<StructureName, string> {
  const reasons = new Map<StructureName, string>();
  bus.subscribe("changes", (changes) => {
    for (const { structure, reason } of changes) reasons.set(structure, reason.text);
  });
  return reasons;
}

type ArmStage = SimulatedDeps &
  Stage & { readonly host: SimulatedHost; readonly names: readonly StructureName[] };

async function runSimulatedArm(stage: ArmStage, arm: ArmRow["arm"]): Promise<ArmRow> {
  const { agent, clock, display, host, names, registry, signal } = stage;
  const mode = arm === "scaled" ? "auto" : "observe";
  const structures = names.map((name) => ({ name, resources: { cpu: { mode } } as const }));
  await registry.update({ structures }, "required");
  // Idle for a while, as containers whose program is being started.
  clock.advance(3);

  const accountsOf = (name: StructureName) => {
    const view = agent.container(name);
    if (view === undefined) throw new DemoFailed(`The simulated agent lost ${name}.`);
    return {
      accounting: cpuAccountsOf(view.accounting),
      shares: view.limits.cpu?.quotaShares ?? stage.maxShares,
    };
  };
  const before = names.map(accountsOf);
  const beganSeconds = clock.monotonic();
  const demands = names.map((name, index) => {
    const demand = new PhasedDemand(phasesFrom(index * phasesApart));
    host.setDemand(`/${name}`, demand);
    return demand;
  });
  while (demands.some(({ finishedAtSeconds }) => finishedAtSeconds === undefined)) {
    signal.throwIfAborted();
    clock.advance(0.5);
    display.show(names.map((name) => shownOf(stage, name, arm)));
    await stage.pace();
  }
  // The last reading of what is only observed comes up to a second late.
  clock.advance(1.1);
  const ends = demands.map(({ finishedAtSeconds }) => finishedAtSeconds ?? clock.monotonic());
  const accounts = names.map(accountsOf).map(({ accounting, shares }, index) => ({
    before: before[index]?.accounting ?? accounting,
    after: accounting,
    finalShares: shares,
  }));
  return armRow({ arm, runSeconds: Math.max(...ends) - beganSeconds, accounts });
}

const cpuAccountsOf = ({ cpu, ...accounting }: Accounting): CpuAccounts => ({
  ...accounting,
  usedCoreSeconds: cpu.used,
  allocatedCoreSeconds: cpu.allocated,
});

function shownOf({ agent, lastReasons, maxShares }: ArmStage, name: StructureName, arm: string) {
  const view = agent.container(name);
  return {
    name,
    phase: arm,
    usedShares: view?.cpuSharesUsed,
    limitShares: view?.limits.cpu?.quotaShares ?? undefined,
    maxShares,
    lastReason: arm === "scaled" ? lastReasons.get(name) : "the limit is fixed",
  };
}

function structureName(text: string): StructureName {
  const name = parseStructureName(text);
  if (!name.ok) throw new DemoFailed(name.error.message);
  return name.value;
}

const simulatedBrakes = {
  ...defaultBrakeSettings,
  learningSeconds: demoBrakes.learningSeconds,
  settleSeconds: demoBrakes.settleSeconds,
  shrinkAtOncePercent: demoBrakes.shrinkAtOncePercent,
  shrinkPerWindowPercent: demoBrakes.shrinkInTenMinutesPercent,
  hostShrinksPerMinute: demoBrakes.shrinksPerMinute,
  hostShrinksPerMinuteAfterStart: demoBrakes.shrinksPerMinuteAtStart,
};

// Limits of a simulated host end with the process: nothing is to be kept, and nothing to be put back.

let savedDocuments = 0;
const forgetfulStore: DocumentStore = {
  load: async () => ok({ documents: [], faults: [] }),
  save: async (writes) =>
    ok(
      writes.flatMap((write) =>
        write.action === "put" ? [{ document: write.document, revision: ++savedDocuments }] : [],
      ),
    ),
  watch: () => ({ cancel: () => undefined }),
  close: async () => undefined,
};

const noJournal: Journal = {
  append: () => ok(undefined),
  recover: () => [],
  forget: () => undefined,
  close: () => undefined,
};

const endlessLease: Lease = {
  seconds: 10,
  recover: () => [],
  hold: () => ok(undefined),
  drop: () => undefined,
  beat: () => undefined,
  state: () => "fresh",
  renew: () => true,
  end: () => undefined,
};

const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
