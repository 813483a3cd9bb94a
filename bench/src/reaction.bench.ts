import type { ChildProcess } from "node:child_process";
import { type FSWatcher, watch } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { RealGroups } from "@sc/cgroup/testing";
import { noBrakes, ServerUnderTest, until } from "@sc/server/testing";
import type { Benchmark } from "./benchmark.ts";
import { percentile } from "./percentile.ts";

const startShares = 30;
const usPerShare = 1000;
const reactionMsMax = 5000;

/**
 * From a usage step to a higher limit in the kernel. The busy thread is stopped and let go by signal; the
 * kernel tells of the write (inotify), so that looking for it costs the machine nothing.
 */
export const benchmark: Benchmark = {
  name: "reaction",
  about:
    "Milliseconds from letting one busy thread go to a higher cpu.cfs_quota_us; default settings but " +
    "the brakes, sampling 0.1 s, max 200, min 10, put back to 30 shares before each step.",
  bounds: { p50Ms: 110, p99Ms: 160 },
  async run({ isQuick }) {
    const groups = new RealGroups("bench-reaction");
    const path = `${groups.root}/one`;
    groups.make(path);
    let server: ServerUnderTest | undefined;
    try {
      server = await ServerUnderTest.start({
        configuration: {
          engines: { lxc: { enabled: false }, plain: { roots: [groups.root] } },
          sampling: { autoSeconds: 0.1 },
          brakes: noBrakes,
        },
      });
      await server.api.setLimits("one", { resource: "cpu", min: 10, max: 200 });
      await server.api.setMode("one", { mode: "auto" });
      const reactionsMs = await measure(groups, path, isQuick ? 10 : 220).catch(async (error) => {
        const explanation = await server?.api.explain("one");
        throw new Error(explanation?.summary, { cause: error });
      });
      return {
        figures: {
          p50Ms: percentile(reactionsMs, 50),
          p99Ms: percentile(reactionsMs, 99),
          maxMs: Math.max(...reactionsMs),
          steps: reactionsMs.length,
        },
      };
    } finally {
      await server?.close();
      await groups.close();
    }
  },
};

async function measure(groups: RealGroups, path: string, steps: number): Promise<number[]> {
  const busy = groups.run(path, "while :; do :; done");
  await until("the busy thread runs", () => isInside(groups, path, busy), 5);
  busy.kill("SIGSTOP");
  // What the first sight wrote is over before the first step.
  await delay(2000);
  const reactionsMs: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    putBack(groups, path);
    // Steps must not keep time with the samples.
    await delay(300 + Math.random() * 200);
    reactionsMs.push(await reactionMs(groups, path, busy));
    busy.kill("SIGSTOP");
    await delay(150);
  }
  return reactionsMs;
}

const isInside = (groups: RealGroups, path: string, child: ChildProcess): boolean =>
  groups.read("cpu", `${path}/cgroup.procs`).split("\n").includes(String(child.pid));

/** As release does it: the kernel takes no quota below a burst that is left, and no period beside a quota. */
function putBack(groups: RealGroups, path: string): void {
  const write = (file: string, value: number): void =>
    groups.write("cpu", `${path}/cpu.cfs_${file}_us`, String(value));
  write("burst", 0);
  write("quota", -1);
  write("period", 100 * usPerShare);
  write("quota", startShares * usPerShare);
}

/** Resolves with the milliseconds until the limit is higher. */
function reactionMs(groups: RealGroups, path: string, busy: ChildProcess): Promise<number> {
  const isHigher = (): boolean =>
    Number(groups.read("cpu", `${path}/cpu.cfs_quota_us`)) > startShares * usPerShare;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let watcher: FSWatcher | undefined;
  const timeout = setTimeout(() => {
    watcher?.close();
    reject(new Error(`no higher limit within ${reactionMsMax} ms`));
  }, reactionMsMax);
  const begin = performance.now();
  watcher = watch(groups.folder("cpu", path), () => {
    if (!isHigher()) return;
    const milliseconds = performance.now() - begin;
    clearTimeout(timeout);
    watcher?.close();
    resolve(milliseconds);
  });
  busy.kill("SIGCONT");
  return promise;
}
