import { existsSync, readdirSync, readFileSync } from "node:fs";
import { type ServerUnderTest, until } from "@sc/server/testing";
import type { Findings } from "./findings.ts";
import type { Fleet } from "./fleet.ts";
import type { SoakContainer } from "./soak-container.ts";

export const leaseSeconds = 10;
/** Beyond the lease: the script's own time for all of them on a busy machine. */
const restoreSlackSeconds = 10;
const recoverSeconds = 20;

export interface EndingDeps {
  readonly server: ServerUnderTest;
  readonly fleet: Fleet;
  readonly findings: Findings;
}

/** Killed, and started again before the lease is over: it must know every first limit. */
export async function killAndRecover({ server, fleet, findings }: EndingDeps): Promise<void> {
  await server.end("SIGKILL");
  await server.start();
  const unknown = async (): Promise<readonly string[]> => {
    const structures = new Map((await server.api.structures()).map((one) => [one.name, one]));
    return fleet.scaled.flatMap((container) =>
      container.scaled
        .filter((resource) => {
          const first = structures.get(container.name)?.resources[resource].first;
          return (
            Math.abs((first ?? Number.NaN) - container.firstAmount(resource)) > 0.05 ||
            first === undefined
          );
        })
        .map((resource) => `${container.name} ${resource}`),
    );
  };
  const isKnown = async (): Promise<boolean> => (await unknown()).length === 0;
  await until("all are recovered", isKnown, recoverSeconds).catch(async () => {
    for (const one of await unknown()) findings.add("not-recovered", one);
  });
}

/** Killed, and nobody starts it again: the lease must put everything back. */
export async function killAndRestore({ server, fleet, findings }: EndingDeps): Promise<void> {
  await server.end("SIGKILL");
  await expectAllFirst(
    fleet,
    findings,
    "not-restored-by-lease",
    leaseSeconds + restoreSlackSeconds,
  );
  const noWatcher = (): boolean => server.watchers().length === 0;
  await until("nobody watches", noWatcher, restoreSlackSeconds).catch(() =>
    findings.add("watcher-left", server.watchers().join(" ")),
  );
}

/** After a clean stop: what is left of the server, a line for each. */
export async function stopCleanly({
  server,
  fleet,
  findings,
}: EndingDeps): Promise<readonly string[]> {
  const { pid } = server;
  const ownGroup = ownCpuGroupOf(server);
  const status = await server.end("SIGTERM");
  if (status !== 0) findings.add("stop-failed", `exit status ${String(status)}`);
  await expectAllFirst(fleet, findings, "not-released-at-stop", 1);
  const left: string[] = [];
  const noWatcher = (): boolean => server.watchers().length === 0;
  await until("nobody watches", noWatcher, restoreSlackSeconds).catch(() => {
    left.push(`watcher ${server.watchers().join(" ")}`);
  });
  if (existsSync(`/proc/${pid}`)) left.push(`process ${pid}`);
  if (existsSync(ownGroup)) left.push(`group ${ownGroup}`);
  if (existsSync(server.socket)) left.push(`socket ${server.socket}`);
  for (const file of readdirSync(server.runFolder)) {
    if (file === "heartbeat" || file === "restoring") left.push(`file ${file}`);
  }
  return left;
}

async function expectAllFirst(
  fleet: Fleet,
  findings: Findings,
  invariant: string,
  seconds: number,
): Promise<void> {
  const isSqueezed = (container: SoakContainer): boolean =>
    !(container.hasFirst("cpu") && container.hasFirst("mem"));
  const areBack = (): boolean => !fleet.all.some(isSqueezed);
  await until("all are back", areBack, seconds).catch(() => {
    for (const container of fleet.all.filter(isSqueezed)) {
      const limits = JSON.stringify([container.limit("cpu"), container.limit("mem")]);
      const first = `${container.firstText("cpu")} ${container.firstText("mem")}`;
      findings.add(invariant, `${container.name}: ${limits}, first ${first}`);
    }
  });
}

/** The cpu group the server made for itself. */
export function ownCpuGroupOf(server: ServerUnderTest): string {
  const lines = readFileSync(`/proc/${server.pid}/cgroup`, "utf8").split("\n");
  const path = lines
    .find((line) => /:([a-z,]*,)?cpu(,[a-z,]*)?:/.test(line))
    ?.replace(/^[^/]*/, "");
  return `/sys/fs/cgroup/cpu${path}`;
}
