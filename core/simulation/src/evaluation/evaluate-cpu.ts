/**
 * Runs one load under one controller and says how it fared. Policies of ours run in the production
 * services, as they are; published controllers move the same limits of the same kernel, each with its own
 * delays. One container to a host that is never full, so that nothing but the controller decides.
 */
import {
  type BrakeSettings,
  invariant,
  type PolicyBook,
  type StoredResourceSettings,
  sharesPerCore,
} from "@sc/domain";
import type { Bus } from "@sc/ports";
import { VirtualClock } from "../clock/virtual-clock.ts";
import type { Demand } from "../demand/demand.ts";
import { SimulatedHost } from "../host/simulated-host.ts";
import type { Peer, PeerOracle } from "../peers/peer.ts";
import { type CpuFigures, CpuScore } from "./cpu-score.ts";
import { drivePeer } from "./drive-peer.ts";
import { ScaledHost } from "./scaled-host.ts";

/** Who moves the limit. */
export type CpuArm =
  | { readonly kind: "policy"; readonly name: string; readonly policies: PolicyBook }
  | { readonly kind: "peer"; readonly peer: Peer; readonly oracle: PeerOracle };

export interface CpuCase {
  readonly arm: CpuArm;
  /** Fresh: a demand is called once for each stretch of time. */
  readonly demand: Demand;
  readonly seconds: number;
  /** What the limit begins at, and never exceeds. */
  readonly maxShares: number;
  /** What the owner set beside max, for a policy of ours; default: nothing. */
  readonly settings?: StoredResourceSettings;
  /** Of our policies; default none. */
  readonly brakes?: BrakeSettings;
  /** Of the beginning, which shows how a controller starts; default 300, of short runs a quarter. */
  readonly skippedSeconds?: number;
  readonly makeBus: () => Bus;
  /** Sees the container at the end of each step; for pictures. */
  readonly onStep?: (step: EvaluatedStep) => void;
}

export interface EvaluatedStep {
  readonly seconds: number;
  readonly host: SimulatedHost;
  readonly path: string;
  /** As scored: where there is no quota, the most it may be. */
  readonly limitShares: number;
}

/** As long as a sample of ours, and as a period of the kernel's default. */
const stepSeconds = 0.1;
/** How good a controller is shows after it has started; of short runs a quarter is left out at most. */
const skippedSecondsMost = 300;
const skippedShareMost = 0.25;
const path = "/container";

export async function evaluateCpu(options: CpuCase): Promise<CpuFigures> {
  const { arm, demand, seconds, maxShares, onStep } = options;
  const clock = new VirtualClock();
  // Room enough for the largest limit beside the reserve.
  const cores = Math.ceil(maxShares / sharesPerCore) * 2;
  const host = new SimulatedHost({ clock }, { cores, stepMs: stepSeconds * 1000 });
  const limit = { quotaShares: maxShares };
  host.makeContainer({ name: "container", engine: "lxc", path, limit, demand });
  const opened = host.open({ path });
  invariant(opened.ok, "the container that was just made can be opened");
  const group = opened.value;
  const score = new CpuScore({ host, path, group, maxShares }, stepSeconds);
  // The first at its moment: what a step led to is seen before anyone acts on it.
  clock.every(stepSeconds, () => {
    score.step();
    if (onStep === undefined) return;
    const limitShares = group.readCpuLimit()?.quotaShares ?? maxShares;
    onStep({ seconds: clock.monotonic(), host, path, limitShares });
  });
  if (arm.kind === "peer") {
    const { peer, oracle } = arm;
    const start = { limit: maxShares, min: peerMinShares, max: maxShares, oracle };
    drivePeer({ clock, group, peer, start, onChange: () => score.noteChange() });
  } else {
    await startServices(options, arm, { clock, host, score });
  }
  clock.runUntil(
    options.skippedSeconds ?? Math.min(skippedSecondsMost, seconds * skippedShareMost),
  );
  score.begin();
  clock.runUntil(seconds);
  return score.figures();
}

/** Published controllers know no minimum but the kernel's. */
const peerMinShares = 1;

async function startServices(
  { brakes, makeBus, settings }: CpuCase,
  { name, policies }: CpuArm & { readonly kind: "policy" },
  { clock, host, score }: { clock: VirtualClock; host: SimulatedHost; score: CpuScore },
): Promise<void> {
  const bus = makeBus();
  bus.subscribe("changes", (changes) => {
    for (const { outcome } of changes) if (outcome === "applied") score.noteChange();
  });
  const policyNames = { cpu: name };
  const world = { clock, host, bus, policies, policyNames };
  const scaled = await ScaledHost.make({ ...world, ...(brakes !== undefined && { brakes }) });
  if (settings !== undefined) await scaled.setAll("cpu", settings);
  scaled.start();
}
