import {
  type Accounting,
  burstQuota,
  defaultBrakeSettings,
  parseStructureName,
  policyBook,
  runnable,
  type StructureName,
} from "@sc/domain";
import { InProcessBus } from "@sc/in-process";
import type { Bus } from "@sc/ports";
import {
  PhasedDemand,
  ScaledHost,
  SimulatedHost,
  silentLog,
  type VirtualClock,
} from "@sc/simulation";
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

interface Stage extends Pick<ScaledHost, "agent" | "registry"> {
  readonly lastReasons: ReadonlyMap<StructureName, string>;
  readonly stop: () => Promise<void>;
}

/** The services of one host, as the server joins them. */
async function setStage({ clock }: SimulatedDeps, host: SimulatedHost): Promise<Stage> {
  const bus = new InProcessBus({ log: silentLog });
  const policy = runnable(burstQuota());
  const scaled = await ScaledHost.make({
    clock,
    host,
    bus,
    policies: policyBook([policy]),
    policyNames: { cpu: policy.name },
    mode: "observe",
    brakes: simulatedBrakes,
  });
  scaled.start();
  const { agent, registry } = scaled;
  return { agent, registry, lastReasons: rememberReasons(bus), stop: () => scaled.stop() };
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
