/**
 * Runs one program's memory under one controller and says how it fared. Policies of ours run in the
 * production services, as they are, on a host of either version of cgroups; published controllers move the
 * same limit of the same kernel, each with its own delays and at the kind of limit that it writes. One
 * container to a host that is never full, so that nothing but the controller decides.
 */
import type { BrakeSettings, PolicyBook, StoredResourceSettings } from "@sc/domain";
import type { Bus } from "@sc/ports";
import { VirtualClock } from "../clock/virtual-clock.ts";
import { steady } from "../demand/demand.ts";
import type { MemoryProgram } from "../demand/memory-program.ts";
import { SimulatedHost } from "../host/simulated-host.ts";
import type { Peer, PeerOracle } from "../peers/peer.ts";
import { driveMemoryPeer } from "./drive-memory-peer.ts";
import { type MemoryFigures, MemoryScore } from "./memory-score.ts";
import { ScaledHost } from "./scaled-host.ts";

/** Who moves the limit. */
export type MemoryArm =
  | {
      readonly kind: "policy";
      readonly name: string;
      readonly policies: PolicyBook;
      /** v2's `memory.high` brakes; v1's limit kills, but where tasks wait at it (`memory.oomControl`). */
      readonly atLimit: "brake" | "kill" | "wait";
    }
  | { readonly kind: "peer"; readonly peer: Peer; readonly oracle: PeerOracle };

export interface MemoryCase {
  readonly arm: MemoryArm;
  readonly program: MemoryProgram;
  readonly seconds: number;
  /** What the limit begins at, and never exceeds. */
  readonly maxMib: number;
  /** What the owner lets it shrink to. */
  readonly minMib: number;
  /** What the owner set beside the two, for a policy of ours; default: nothing. */
  readonly settings?: StoredResourceSettings;
  /** Of our policies; default none. */
  readonly brakes?: BrakeSettings;
  /** Of the beginning, which shows how a controller starts; default 300, of short runs a quarter. */
  readonly skippedSeconds?: number;
  /** Between two samples of ours, 0.1 by default; what moves slowly need not be looked at so often. */
  readonly sampleSeconds?: number;
  /** Default none: hosts without swap are the rule. */
  readonly swapMib?: number;
  readonly makeBus: () => Bus;
  /** Sees the container at the end of each step; for pictures. */
  readonly onStep?: (step: EvaluatedMemory) => void;
}

export interface EvaluatedMemory {
  readonly seconds: number;
  readonly usedMib: number;
  readonly cachedMib: number;
  readonly limitMib: number;
}

/** The program goes on in steps of a fifth of a sample. */
const stepsPerSample = 5;
/** How good a controller is shows after it has started; of short runs a quarter is left out at most. */
const skippedSecondsMost = 300;
const skippedShareMost = 0.25;
const path = "/container";
/** A write of a memory limit is a promise; so many more stand between it and its answer. */
const turnsPerStep = 12;
/** It runs all the time, on little. */
const cpuCores = 0.1;

export async function evaluateMemory(options: MemoryCase): Promise<MemoryFigures> {
  const { arm, program, seconds, maxMib, onStep, sampleSeconds = 0.1 } = options;
  const clock = new VirtualClock();
  const stage = makeStage(options, clock);
  const { host, score } = stage;
  const stepSeconds = sampleSeconds / stepsPerSample;
  const memory = host.memoryOf(path);
  // It has been running: that it has memory at all is no growth.
  memory.use(program.usedMibAt(0));
  host.runMemory(path, program, stepSeconds);
  clock.every(stepSeconds, () => {
    score.step();
    const { cachedMib } = memory.read();
    const limitMib = Math.min(memory.limitMib ?? maxMib, maxMib);
    onStep?.({ seconds: clock.monotonic(), usedMib: memory.usedMib, cachedMib, limitMib });
  });
  if (arm.kind === "peer") drivePeer(options, arm, stage);
  else await startServices(options, arm, stage);
  const skipped =
    options.skippedSeconds ?? Math.min(skippedSecondsMost, seconds * skippedShareMost);
  await pass(stage, skipped, stepSeconds);
  score.begin();
  await pass(stage, seconds, stepSeconds);
  return score.figures();
}

/** What the owner of such a container would have set, and how often it must be looked at. */
export function memoryBandOf(
  program: MemoryProgram,
  seconds: number,
): Pick<MemoryCase, "maxMib" | "minMib" | "sampleSeconds"> {
  const { peakSecond } = memoryOracleOf(program, seconds);
  const sampleSeconds = seconds > longSeconds ? 1 : 0.1;
  return { maxMib: Math.ceil(peakSecond * maxOfPeak), minMib: leastMib, sampleSeconds };
}

/** What is going to be needed: used, and read over and over. */
export function memoryOracleOf(program: MemoryProgram, seconds: number): PeerOracle {
  const hotMib = program.workingSet?.mib ?? 0;
  const demandAt = (at: number): number => program.usedMibAt(at) + hotMib;
  let sum = 0;
  let peakSecond = 0;
  for (let second = 0; second < seconds; second += 1) {
    sum += demandAt(second);
    peakSecond = Math.max(peakSecond, demandAt(second));
  }
  return { meanDemand: sum / Math.max(seconds, 1), peakSecond, demandAt };
}

/** Owners reserve more than the most they ever saw. */
const maxOfPeak = 1.5;
/** Pods of 10 MiB are smaller than the default min: theirs is set for all, so that one set holds for all. */
const leastMib = 4;
/** What is told in steps of a minute does not move within a second. */
const longSeconds = 3600;

interface Stage {
  readonly clock: VirtualClock;
  readonly host: SimulatedHost;
  readonly score: MemoryScore;
}

function makeStage(evaluated: MemoryCase, clock: VirtualClock): Stage {
  const { arm, maxMib, sampleSeconds = 0.1, swapMib = 0 } = evaluated;
  const isMemoryBraked = arm.kind === "policy" && arm.atLimit === "brake";
  // Room enough for the largest limit beside the reserve.
  const memMibTotal = maxMib * 4;
  const options = { cores: 2, memMibTotal, isMemoryBraked, stepMs: 100 };
  const host = new SimulatedHost({ clock }, options);
  const demand = steady(cpuCores);
  host.makeContainer({ name: "container", engine: "lxc", path, demand });
  const memory = host.memoryOf(path);
  memory.swapMib = swapMib;
  if (isMemoryBraked) memory.hardMib = maxMib;
  else host.writeMemMibByAnotherHand(path, maxMib);
  const score = new MemoryScore({ host, path, maxMib }, sampleSeconds / stepsPerSample);
  return { clock, host, score };
}

/** Time goes on in small steps, in between which promises do. */
async function pass({ clock }: Stage, untilSeconds: number, stepSeconds: number): Promise<void> {
  while (clock.monotonic() < untilSeconds - stepSeconds / 2) {
    clock.advance(stepSeconds);
    for (let turn = 0; turn < turnsPerStep; turn += 1) await Promise.resolve();
  }
}

function drivePeer(
  { maxMib, minMib }: MemoryCase,
  { peer, oracle }: MemoryArm & { readonly kind: "peer" },
  { clock, host, score }: Stage,
): void {
  const opened = host.open({ path });
  if (!opened.ok) throw new Error(opened.error.text);
  const start = { limit: maxMib, min: minMib, max: maxMib, oracle };
  const memory = host.memoryOf(path);
  const onChange = (): void => score.noteChange();
  driveMemoryPeer({ clock, group: opened.value, memory, peer, start, onChange });
}

async function startServices(
  evaluated: MemoryCase,
  { name, policies, atLimit }: MemoryArm & { readonly kind: "policy" },
  { clock, host, score }: Stage,
): Promise<void> {
  const { brakes, maxMib: max, minMib: min, sampleSeconds: autoSeconds = 0.1 } = evaluated;
  const bus = evaluated.makeBus();
  bus.subscribe("changes", (changes) => {
    for (const { outcome, resource } of changes) {
      if (outcome === "applied" && resource === "mem") score.noteChange();
    }
  });
  const agent = { autoSeconds, oomControl: atLimit === "wait" };
  const policyNames = { mem: name };
  const world = { clock, host, bus, policies, policyNames, agent };
  const scaled = await ScaledHost.make({ ...world, ...(brakes !== undefined && { brakes }) });
  await scaled.setAll("mem", { ...evaluated.settings, min, max });
  scaled.start();
}
