import { setTimeout as delay } from "node:timers/promises";
import { RealGroups } from "@sc/cgroup/testing";
import type { Benchmark } from "./benchmark.ts";
import { percentile } from "./percentile.ts";
import { findDrift } from "./subscribe/find-drift.ts";
import { Subscriber, type Wanted } from "./subscribe/subscriber.ts";

/** A tick of every tier, after the last one was subscribed. */
const settleMs = 3000;

/** What is left of a subscription when the server is killed in the middle of it. */
export const benchmark: Benchmark = {
  name: "subscribe",
  about:
    "Containers subscribed one by one over the published route, on a host said to have 1 000 cores: real " +
    "groups, and the real server, killed with SIGKILL in the middle of one subscription, started again, and " +
    "asked for it again. driftCount: what ledger, documents and kernel do not agree on afterwards.",
  bounds: { driftCount: 0 },
  async run({ isQuick }) {
    const count = isQuick ? 60 : 1000;
    const groups = new RealGroups("subscribe");
    const wanted = wantedOf(count);
    for (const { name } of wanted) groups.make(`${groups.root}/${name}`);
    const subscriber = await Subscriber.make(groups.root);
    try {
      await subscriber.start();
      await subscriber.declareHost();
      const killedAt = Math.floor(Math.random() * count);
      const tookMs: number[] = [];
      for (const [index, one] of wanted.entries()) {
        if (index === killedAt) await killWithin(subscriber, one, percentile(tookMs, 50));
        tookMs.push(await subscribe(subscriber, one));
      }
      await delay(settleMs);
      const drift = await findDrift(subscriber, groups, wanted);
      for (const line of drift.slice(0, 20)) process.stderr.write(`${line}\n`);
      return {
        figures: {
          driftCount: drift.length,
          containers: count,
          killedAt,
          subscribeP50Ms: percentile(tookMs, 50),
          subscribeP99Ms: percentile(tookMs, 99),
        },
      };
    } finally {
      await subscriber.close();
      await groups.close();
    }
  },
};

/** Each has other limits, so that one taken for another is found. */
const wantedOf = (count: number): readonly Wanted[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `c${index}`,
    cpuShares: 20 + (index % 61),
    memMib: 128 + (index % 251),
  }));

async function subscribe(subscriber: Subscriber, wanted: Wanted): Promise<number> {
  const began = performance.now();
  const answer = await subscriber.subscribe(wanted);
  const isThere = answer.status === 200 || answer.text.includes("already exists");
  if (!isThere) throw new Error(`${wanted.name} was not subscribed: ${answer.text}`);
  return performance.now() - began;
}

/** At any moment of it: before, in the middle, or just after. */
async function killWithin(
  subscriber: Subscriber,
  wanted: Wanted,
  usuallyMs: number,
): Promise<void> {
  const asked = subscriber.subscribe(wanted).catch(() => undefined);
  await delay(Math.random() * (Number.isFinite(usuallyMs) ? usuallyMs * 1.2 : 10));
  await subscriber.kill();
  await asked;
  await subscriber.start();
}
