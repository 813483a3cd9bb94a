import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { get } from "node:http";
import { availableParallelism } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { RealGroups } from "@sc/cgroup/testing";
import { ServerUnderTest, until } from "@sc/server/testing";
import type { Benchmark } from "./benchmark.ts";
import { pointsPerBatch } from "./ingest/posted-batches.ts";
import type { SenderReport, SenderTask } from "./ingest/sender-process.ts";
import { percentile } from "./percentile.ts";

const senderProgram = fileURLToPath(new URL("./ingest/sender-process.ts", import.meta.url));
const containers = 40;
const connections = 4;
/** Within what the server keeps, so that no point is too old. */
const beginSecondsAgo = 3000;
const sampleMs = 150;
const visibleMsMost = 5000;
const startShares = 30;
const usPerShare = 1000;
/** More than any limit: each sample crosses the threshold, and so is told of. */
const usedShares = 200_000;

/** What posting as to OpenTSDB costs, and how soon the guardian decides about it. */
export const benchmark: Benchmark = {
  name: "ingest",
  about:
    `pointsPerSecond: accepted at /api/put, gzip batches of ${pointsPerBatch} points of ${containers} containers whose usage ` +
    "they are, server on one core, sender in another process; as the server counts them. visibleMs: from " +
    "posting what ends a sample to the event that the guardian makes of it, as the stream tells it; p99.",
  bounds: { pointsPerSecond: { atLeast: 50_000 }, visibleMs: 50 },
  async run({ isQuick }) {
    const groups = new RealGroups("bench-ingest");
    for (let index = 0; index < containers; index += 1) groups.make(`${groups.root}/c${index}`);
    groups.write("cpu", `${groups.root}/c0/cpu.cfs_quota_us`, String(startShares * usPerShare));
    const server = new ServerUnderTest({
      configuration: {
        engines: { lxc: { enabled: false }, plain: { roots: [groups.root] } },
        defaults: { cpu: { mode: "recommend", policy: "serverless-rules" } },
        // A limit that grows by so little leaves room for an event at every sample.
        serverlessRules: { cpu: { upAmount: 1 } },
        monitor: { listen: "127.0.0.1:0" },
        usage: { source: "posted" },
        log: { level: "info", format: "json" },
      },
    });
    try {
      await server.start();
      await until("it serves monitors", () => portOf(server) > 0, 20);
      pinToOneCore(server.pid);
      await server.api.setLimits("c0", { resource: "cpu", max: 200, boundaryOf: "current" });
      const visibleMs = await measureVisible(server, isQuick ? 20 : 150);
      const rate = await measureRate(server, isQuick ? 400 : 8000);
      return {
        figures: {
          ...rate,
          visibleMs: percentile(visibleMs, 99),
          visibleP50Ms: percentile(visibleMs, 50),
          samples: visibleMs.length,
        },
      };
    } finally {
      await server.close();
      await groups.close();
    }
  },
};

function portOf(server: ServerUnderTest): number {
  const [, port] = /"serving monitors".*?"port":(\d+)/.exec(server.log()) ?? [];
  return Number(port ?? 0);
}

/** All its threads: those that unpack and those that collect garbage too. */
function pinToOneCore(pid: number): void {
  const core = String(availableParallelism() - 1);
  const { status } = spawnSync("taskset", [
    "--all-tasks",
    "--cpu-list",
    "--pid",
    core,
    String(pid),
  ]);
  if (status !== 0) throw new Error("taskset could not give the server one core");
}

async function measureRate(server: ServerUnderTest, batches: number) {
  const sender = fork(senderProgram, { stdio: "inherit" });
  const task: SenderTask = {
    port: portOf(server),
    batches,
    from: Math.floor(Date.now() / 1000) - beginSecondsAgo,
    connections,
  };
  const before = await countersOf(server);
  sender.send(task);
  const [report]: SenderReport[] = await once(sender, "message");
  if (report === undefined || report.refused > 0) throw new Error("posts were refused");
  const after = await countersOf(server);
  const points = after.accepted - before.accepted;
  if (points !== batches * pointsPerBatch) throw new Error(`only ${points} were accepted`);
  const serverCpuUsPerPoint = ((after.cpuSeconds - before.cpuSeconds) / points) * 1e6;
  return { pointsPerSecond: points / report.seconds, points, serverCpuUsPerPoint };
}

async function countersOf(server: ServerUnderTest) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  get({ socketPath: server.socket, path: "/metrics" }, (answer) => {
    answer.toArray().then((parts) => resolve(Buffer.concat(parts).toString()), reject);
  }).once("error", reject);
  const text = await promise;
  const read = (name: string): number =>
    Number(new RegExp(`^${name} (\\S+)`, "m").exec(text)?.[1] ?? Number.NaN);
  return {
    accepted: read("sc_posted_points_accepted_total"),
    cpuSeconds: read("process_cpu_seconds_total"),
  };
}

async function measureVisible(server: ServerUnderTest, samples: number): Promise<number[]> {
  const seen = new Map<number, number>();
  const events = server.api.stream({ topics: ["events"], structure: "c0" });
  void follow(events, seen);
  const url = `http://127.0.0.1:${portOf(server)}/api/put`;
  const postedMs: number[] = [];
  // A sample is whole when the next begins: what is posted now shows the one before.
  for (let index = 0; index < samples + 2; index += 1) {
    postedMs.push(performance.now());
    await fetch(url, { method: "POST", body: bodyOf(index), headers });
    await delay(sampleMs);
  }
  await delay(visibleMsMost / 10);
  return postedMs.flatMap((begin, index) => {
    const at = seen.get(index - 1);
    return at === undefined ? [] : [at - begin];
  });
}

const headers = { "content-encoding": "gzip", "content-type": "application/json" };

/** What is used says which sample it is. */
function bodyOf(index: number): Buffer {
  const own = { timestamp: Date.now(), tags: { host: "c0", pid: "1" } };
  const user = { metric: "proc.cpu.user", value: usedShares + index, ...own };
  return gzipSync(JSON.stringify([user, { metric: "proc.cpu.kernel", value: 0, ...own }]));
}

async function follow(
  events: ReturnType<ServerUnderTest["api"]["stream"]>,
  seen: Map<number, number>,
): Promise<void> {
  for await (const message of events) {
    if (message.topic !== "events") continue;
    seen.set(Math.round(message.data.used) - usedShares, performance.now());
  }
}
