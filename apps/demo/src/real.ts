import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient } from "@sc/api-client";
import type { DemoResult } from "./arm-row.ts";
import { runArm } from "./arms.ts";
import type { Cleanup } from "./cleanup.ts";
import { hasPivotGroup, isLxcInstalled } from "./containers/lxc.ts";
import { DemoFailed } from "./errors.ts";
import {
  containersOf,
  makeRunFolder,
  type RunRecord,
  removeLeftovers,
  startTicksOf,
  writeRunRecord,
} from "./leftovers.ts";
import type { LiveDisplay } from "./live-display.ts";
import { ServerProcess } from "./server-process.ts";
import { calibrate } from "./workload/phased-workload.ts";
import type { RunningWorkload } from "./workload/running-workload.ts";

export interface RealDeps {
  readonly cleanup: Cleanup;
  readonly display: LiveDisplay;
  readonly signal: AbortSignal;
  readonly maxShares: number;
}

/** The demo on this machine's kernel: two containers and a server of its own, and nothing else touched. */
export async function runReal(deps: RealDeps): Promise<DemoResult> {
  const { cleanup, display, maxShares, signal } = deps;
  const leftovers = await removeLeftovers();
  if (leftovers > 0) display.say(`Removed what ${leftovers} demo(s) left that were killed.`);

  const folder = makeRunFolder();
  cleanup.add("the folder", () => rmSync(folder, { recursive: true, force: true }));
  const record = recordOfThisRun();
  writeRunRecord(folder, record);
  const containers = containersOf(folder, record);
  cleanup.add("the containers", () => containers.remove());
  await containers.make(maxShares);
  display.say(
    `Made two ${containers.kind === "lxc" ? "LXC containers" : "plain control groups"}, ` +
      `${containers.names.join(" and ")}, each with a limit of ${maxShares} shares (100 = one core).`,
  );

  signal.throwIfAborted();
  const server = new ServerProcess(folder);
  cleanup.add("the server", () => server.stop());
  server.start(containers.engines);
  if (server.pid !== undefined) writeRunRecord(folder, { ...record, serverPid: server.pid });
  const api = new ApiClient({ target: { kind: "socket", path: server.socket } });
  await untilWatched({ api, names: containers.names, server, signal });

  const workloads = new Set<RunningWorkload>();
  cleanup.add("the workload", () => {
    for (const workload of workloads) workload.end();
  });
  const unitsPerCoreSecond = calibrate();
  const arm = { api, containers, display, workloads, unitsPerCoreSecond, signal };
  display.say("First run: the limits stay as they are.");
  const fixed = await runArm(arm, "fixed");
  display.say("Second run: the same work in auto, the limits follow the usage.");
  const scaled = await runArm(arm, "scaled");
  return { containers: containers.kind, rows: [fixed, scaled] };
}

function recordOfThisRun(): RunRecord {
  return {
    pid: process.pid,
    startTicks: startTicksOf(process.pid) ?? "",
    kind: isLxcInstalled() ? "lxc" : "plain-cgroups",
    hadPivotGroup: hasPivotGroup(),
  };
}

/** Waits until the server answers and has found both containers. */
async function untilWatched(options: {
  readonly api: ApiClient;
  readonly names: readonly string[];
  readonly server: ServerProcess;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { api, names, server, signal } = options;
  for (let waited = 0; waited < longestStartSeconds; waited += 0.1) {
    const failure = server.failure();
    if (failure !== undefined) throw failure;
    // Nobody answers before the server has started: that is what is waited for.
    const found = await api.structures().catch(() => []);
    if (names.every((name) => found.some((structure) => structure.name === name))) return;
    await sleep(100, undefined, { signal });
  }
  throw new DemoFailed(`The server did not find the containers in ${longestStartSeconds} s.`);
}

const longestStartSeconds = 20;
