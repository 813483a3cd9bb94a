import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../demand/random.ts";
import type { Peer } from "./peer.ts";
import { readingWith, startWith } from "./peer-fixture.ts";
import { cpuPeers, memPeers } from "./published-peers.ts";

const oracle = { meanDemand: 100, peakSecond: 250, demandAt: () => 120 };
const start = startWith({ limit: 800, min: 10, max: 800, oracle });

/** A day of demand by chance, one reading after the other; answers what was wished. */
function wishesOf(peer: Peer): number[] {
  const random = new Random(peer.name);
  const run = peer.begin(start);
  let { limit } = start;
  const wishes: number[] = [];
  const steps = Math.min(2000, Math.ceil(86_400 / peer.sampleSeconds));
  for (let at = 1; at <= steps; at += 1) {
    const asked = random.next() < 0.1 ? 0 : random.exponential(60);
    const used = Math.min(asked, limit);
    const wish = run.step(
      readingWith({
        seconds: at * peer.sampleSeconds,
        windowSeconds: peer.sampleSeconds,
        used,
        throttledPeriods: asked > limit ? 1 : 0,
        limit,
        chargedMib: used,
        someStallSeconds: asked > limit ? 0.05 : 0,
        isKilled: asked > limit,
      }),
    );
    if (wish === undefined) continue;
    limit = wish.limit;
    wishes.push(limit);
  }
  return wishes;
}

for (const peer of [...cpuPeers, ...memPeers]) {
  test(`${peer.name} (${peer.resource}) stays between min and max, and does the same again`, () => {
    const wishes = wishesOf(peer);
    assert.ok(
      wishes.every((limit) => limit >= start.min && limit <= start.max),
      `${wishes.find((limit) => !(limit >= start.min && limit <= start.max))}`,
    );
    assert.ok(wishes.length > 0 || peer.name === "provisioned", "never moved");
    assert.deepEqual(wishesOf(peer), wishes);
  });
}

/** Between two readings, the age of a reading, and from the decision to the limit in force. */
const delays: Readonly<Record<string, readonly [number, number, number]>> = {
  provisioned: [1, 0, 0],
  "static-peak": [1, 0, 0],
  "static-2x-mean": [1, 0, 0],
  clairvoyant: [0.1, 0, 0],
  "serverless-containers": [10, 10, 2.5],
  vpa: [60, 15, 0.164],
  autopilot: [1, 0, 0],
  captain: [0.1, 0, 0],
  escra: [0.1, 0, 0],
  "k8s-cpu": [15, 0, 0.164],
  "k8s-fast": [1, 0, 0.164],
  "koordinator-burst": [1, 0, 0],
  senpai: [1, 0, 0],
  proxmox: [300, 0, 0],
};

test("each is charged the delays it has where it runs", () => {
  for (const peer of [...cpuPeers, ...memPeers]) {
    const { name, sampleSeconds, sensingSeconds, actuationSeconds } = peer;
    assert.deepEqual([sampleSeconds, sensingSeconds, actuationSeconds], delays[name], name);
  }
});

test("only two kinds of memory limit do not kill", () => {
  const others = memPeers.filter(({ atLimit = "kill" }) => atLimit !== "kill");
  assert.deepEqual(
    others.map(({ name, atLimit }) => [name, atLimit]),
    [
      ["escra", "wait"],
      ["senpai", "brake"],
    ],
  );
});

test("each has a name of its own", () => {
  for (const peers of [cpuPeers, memPeers]) {
    const names = peers.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
  }
});
