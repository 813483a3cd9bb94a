import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { type KernelFiles, kernelFiles, WorkerWriter } from "@sc/cgroup";
import { RealGroups } from "@sc/cgroup/testing";
import {
  cpuLimitOfShares,
  type LimitValue,
  type Order,
  reason,
  type StructureName,
} from "@sc/domain";
import { AgentInProcess, structureName } from "./agent-in-process.ts";
import type { Benchmark } from "./benchmark.ts";
import { percentile } from "./percentile.ts";

/** Of all groups, so many are in auto and get orders. */
const orderedShare = 0.1;
const meanGapMs = 10;

/** From an order's arrival to the limit in the kernel, journal and read-back included. */
export const benchmark: Benchmark = {
  name: "order",
  about:
    "Milliseconds from an order being sent (by another thread, at random times) to the return of the " +
    "last kernel write of its limit, the journal's line before it included, while all groups are " +
    "sampled and the memory worker is held for 2 s.",
  bounds: { p99Ms: 2, rewrites: 0 },
  async run({ isQuick }) {
    const groups = new RealGroups("bench-order");
    const names = Array.from({ length: isQuick ? 100 : 1000 }, (_, index) =>
      structureName(`c${index}`),
    );
    for (const name of names) groups.make(`${groups.root}/${name}`);
    const files = new CountingFiles();
    const writer = new WorkerWriter(new URL("./held-writer-worker.ts", import.meta.url));
    const host = await AgentInProcess.make({ root: groups.root, files, writer, cores: 1000 });
    try {
      host.agent.start();
      const ordered = names.slice(0, names.length * orderedShare);
      await host.setAuto(ordered, true);
      // Room in the ledger is known after the host was read twice.
      await delay(2500);
      files.reset();
      const latenciesMs = await sendOrders({
        host,
        files,
        names: ordered,
        count: isQuick ? 200 : 2000,
      });
      return {
        figures: {
          p50Ms: percentile(latenciesMs, 50),
          p99Ms: percentile(latenciesMs, 99),
          maxMs: Math.max(...latenciesMs),
          orders: latenciesMs.length,
          writes: files.writes,
          rewrites: files.rewrites,
        },
      };
    } finally {
      await host.close();
      await groups.close();
    }
  },
};

async function sendOrders(options: {
  readonly host: AgentInProcess;
  readonly files: CountingFiles;
  readonly names: readonly StructureName[];
  readonly count: number;
}): Promise<number[]> {
  const { host, files, names, count } = options;
  const memory = holdMemoryWorker(host, names);
  const latenciesMs: number[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let sentAtNs = 0n;
  const watch = host.bus.subscribe("changes", (changes) => {
    for (const { resource, outcome, detail } of changes) {
      if (resource !== "cpu") continue;
      if (outcome !== "applied") reject(new Error(`an order was refused: ${detail?.text}`));
      latenciesMs.push(Number(files.writtenAtNs - sentAtNs) / 1e6);
      if (latenciesMs.length === count) resolve();
    }
  });
  const clock = new Worker(new URL("./order-clock-worker.ts", import.meta.url), {
    workerData: { count, meanGapMs },
  });
  clock.on("message", (message: { readonly index: number; readonly sentAtNs: bigint }) => {
    sentAtNs = message.sentAtNs;
    const name = names[message.index % names.length];
    if (name === undefined) return;
    // Up and down by turns, so that every order changes something.
    const shares = Math.floor(message.index / names.length) % 2 === 0 ? 40 : 60;
    give(host, name, { resource: "cpu", limit: cpuLimitOfShares(shares, 100) });
  });
  await promise;
  watch.cancel();
  await memory.stop();
  await clock.terminate();
  return latenciesMs;
}

/** One memory order after another, so that the worker never gets out of its two seconds. */
function holdMemoryWorker(
  host: AgentInProcess,
  names: readonly StructureName[],
): { stop(): Promise<void> } {
  let turn = 0;
  let isStopping = false;
  const ended = Promise.withResolvers<void>();
  const next = (): void => {
    const name = names[turn % names.length];
    turn += 1;
    if (name !== undefined) give(host, name, { resource: "mem", memMib: 500 + turn });
  };
  const watch = host.bus.subscribe("changes", (changes) => {
    if (!changes.some((change) => change.resource === "mem")) return;
    if (isStopping) ended.resolve();
    else next();
  });
  next();
  return {
    stop: async () => {
      isStopping = true;
      await ended.promise;
      watch.cancel();
    },
  };
}

let sequence = 0;

function give(host: AgentInProcess, structure: StructureName, target: LimitValue): void {
  const container = host.agent.container(structure);
  if (container === undefined) throw new Error(`${structure} is not there`);
  sequence += 1;
  const order: Order = {
    sequence,
    host: host.agent.host,
    structure,
    id: container.facts.id,
    target,
    author: { kind: "person", name: "bench" },
    reason: reason("asked-by-person", "benchmark"),
  };
  host.bus.publish("orders", [order]);
}

/** The kernel's files, with a look before each write whether it changes anything. */
class CountingFiles implements KernelFiles {
  writes = 0;
  rewrites = 0;
  /** When the newest write had returned. */
  writtenAtNs = 0n;
  readonly #before = Buffer.alloc(64);

  reset(): void {
    this.writes = 0;
    this.rewrites = 0;
  }

  open(path: string, flags: "r" | "r+"): number {
    return kernelFiles.open(path, flags);
  }

  close(descriptor: number): void {
    kernelFiles.close(descriptor);
  }

  read(descriptor: number, into: Buffer): number {
    return kernelFiles.read(descriptor, into);
  }

  inode(path: string): number | undefined {
    return kernelFiles.inode(path);
  }

  foldersIn(path: string): readonly string[] {
    return kernelFiles.foldersIn(path);
  }

  write(descriptor: number, text: string): void {
    const length = kernelFiles.read(descriptor, this.#before);
    this.writes += 1;
    if (this.#before.toString("latin1", 0, length).trim() === text) this.rewrites += 1;
    kernelFiles.write(descriptor, text);
    this.writtenAtNs = process.hrtime.bigint();
  }
}
