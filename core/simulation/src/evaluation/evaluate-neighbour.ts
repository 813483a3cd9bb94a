/**
 * What bursts cost a neighbour: one container that stays under its grant, beside others that all want
 * every core at the same moments. Under our policies the others, and their weights, are what the services
 * make of them; published controllers write no weights.
 */
import { invariant, kernelDefaultCpuLimit, parseStructureName } from "@sc/domain";
import type { Bus } from "@sc/ports";
import { VirtualClock } from "../clock/virtual-clock.ts";
import type { Demand } from "../demand/demand.ts";
import { flowing, poissonRequests } from "../demand/generated-demand.ts";
import { onOffInflow } from "../demand/inflow.ts";
import { Random } from "../demand/random.ts";
import { SimulatedHost } from "../host/simulated-host.ts";
import type { PeerOracle } from "../peers/peer.ts";
import { CpuScore } from "./cpu-score.ts";
import { drivePeer } from "./drive-peer.ts";
import type { CpuArm } from "./evaluate-cpu.ts";
import { ScaledHost } from "./scaled-host.ts";

export interface NeighbourCase {
  readonly arm: CpuArm;
  readonly seed: number;
  readonly makeBus: () => Bus;
}

const cores = 4;
const others = ["other-1", "other-2", "other-3", "other-4"];
const neighbour = "neighbour";
/** The neighbour's grant, in shares, and the requests of 10 ms it works at each second. */
const granted = 100;
const requestsPerSecond = 50;
const stepSeconds = 0.1;
const skippedSeconds = 60;
const seconds = 360;

/** All cores for two seconds, then eight of rest. */
const bursts = { onSeconds: 2, offSeconds: 8 };
const bursting = (): Demand =>
  flowing(onOffInflow({ onRate: cores, offRate: 0, ...bursts }), cores);

/** What those who may know beforehand know of it. */
const oracle: PeerOracle = {
  meanDemand: (cores * 100 * bursts.onSeconds) / (bursts.onSeconds + bursts.offSeconds),
  peakSecond: cores * 100,
  demandAt: (at) =>
    at % (bursts.onSeconds + bursts.offSeconds) < bursts.onSeconds ? cores * 100 : 0,
};

/** The 99th percentile of what the neighbour had left over ÷ its limit, in milliseconds. */
export async function evaluateNeighbour({ arm, seed, makeBus }: NeighbourCase): Promise<number> {
  const clock = new VirtualClock();
  const host = new SimulatedHost({ clock }, { cores });
  const requests = (until: number): number => until * requestsPerSecond;
  const demand = poissonRequests({ random: new Random(`${seed}/neighbour`), requests });
  const limit = { quotaShares: granted, weight: granted };
  host.makeContainer({ name: neighbour, engine: "lxc", limit, demand });
  for (const name of others) {
    const max = { quotaShares: cores * 100 };
    host.makeContainer({ name, engine: "lxc", limit: max, demand: bursting() });
  }
  const score = new CpuScore(
    { host, path: `/${neighbour}`, group: groupOf(host, neighbour), maxShares: granted },
    stepSeconds,
  );
  clock.every(stepSeconds, () => score.step());
  if (arm.kind === "policy") await scale(arm, { clock, host, bus: makeBus() });
  else drive(arm, clock, host);
  clock.runUntil(skippedSeconds);
  score.begin();
  clock.runUntil(seconds);
  return score.figures().p99BacklogMs;
}

async function scale(
  { name, policies }: CpuArm & { readonly kind: "policy" },
  world: { readonly clock: VirtualClock; readonly host: SimulatedHost; readonly bus: Bus },
): Promise<void> {
  const scaled = await ScaledHost.make({ ...world, policies, policyNames: { cpu: name } });
  const parsed = parseStructureName(neighbour);
  invariant(parsed.ok, "the neighbour's name is one");
  // Its grant is its owner's: nothing takes of it, and it never asks for more.
  const cpu = { min: granted, max: granted };
  const structures = [{ name: parsed.value, resources: { cpu } }];
  await scaled.registry.update({ structures }, "required");
  scaled.start();
}

function drive(
  { peer }: CpuArm & { readonly kind: "peer" },
  clock: VirtualClock,
  host: SimulatedHost,
): void {
  const max = cores * 100;
  const start = { limit: max, min: 1, max, oracle };
  for (const name of others) {
    const group = groupOf(host, name);
    group.writeCpuLimit({ ...kernelDefaultCpuLimit, quotaShares: max });
    drivePeer({ clock, group, peer, start, onChange: () => undefined });
  }
}

function groupOf(host: SimulatedHost, name: string) {
  const opened = host.open({ path: `/${name}` });
  invariant(opened.ok, "a container that was just made can be opened");
  return opened.value;
}
