import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { DemoContainers } from "./containers/containers.ts";
import { LxcContainers } from "./containers/lxc.ts";
import { PlainContainers } from "./containers/plain.ts";

/** What a later run needs to know to clean up after one that was killed. */
export interface RunRecord {
  /** A pid is used again by others; with its start it is not. */
  readonly pid: number;
  readonly startTicks: string;
  readonly kind: DemoContainers["kind"];
  readonly hadPivotGroup: boolean;
  readonly serverPid?: number;
}

const folderPrefix = "sc-demo-";
const recordFile = "run.json";
const programFile = fileURLToPath(new URL("workload/phased-workload.ts", import.meta.url));

/** A folder of this run's own, removed at its end. */
export function makeRunFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  mkdirSync(join(folder, "run"));
  mkdirSync(join(folder, "state"));
  return folder;
}

export function writeRunRecord(folder: string, record: RunRecord): void {
  writeFileSync(join(folder, recordFile), JSON.stringify(record));
}

/** The containers of a run: of this one, or of one that was killed. */
export function containersOf(folder: string, record: RunRecord): DemoContainers {
  const { hadPivotGroup, pid } = record;
  const names = ["a", "b"].map((letter) => `${folderPrefix}${pid}-${letter}`);
  if (record.kind === "lxc") {
    return new LxcContainers({ folder: join(folder, "lxc"), names, programFile, hadPivotGroup });
  }
  return new PlainContainers({ root: `/${folderPrefix}${pid}`, names, programFile });
}

/** When the process began, in the kernel's ticks; `undefined` when there is none. */
export function startTicksOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything; the start is the 20th field after it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

/** Removes what runs left that were killed; answers how many there were. */
export async function removeLeftovers(): Promise<number> {
  let removed = 0;
  for (const name of readdirSync(tmpdir())) {
    const folder = join(tmpdir(), name);
    const record = name.startsWith(folderPrefix) ? readRecord(folder) : undefined;
    if (record === undefined || startTicksOf(record.pid) === record.startTicks) continue;
    await stopServerOf(folder, record);
    await containersOf(folder, record).remove();
    rmSync(folder, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

/** Everyone may make folders there, and removing is done as root: only what is our user's own counts. */
function readRecord(folder: string): RunRecord | undefined {
  if (lstatSync(folder).uid !== process.getuid?.()) return undefined;
  try {
    const record: unknown = JSON.parse(readFileSync(join(folder, recordFile), "utf8"));
    return isRunRecord(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

function isRunRecord(record: unknown): record is RunRecord {
  if (typeof record !== "object" || record === null) return false;
  const { pid, startTicks, kind, hadPivotGroup, serverPid } = { ...noRecord, ...record };
  return (
    Number.isInteger(pid) &&
    typeof startTicks === "string" &&
    (kind === "lxc" || kind === "plain-cgroups") &&
    typeof hadPivotGroup === "boolean" &&
    (serverPid === undefined || Number.isInteger(serverPid))
  );
}

const noRecord: Readonly<Record<keyof RunRecord, unknown>> = {
  pid: undefined,
  startTicks: undefined,
  kind: undefined,
  hadPivotGroup: undefined,
  serverPid: undefined,
};

async function stopServerOf(folder: string, { serverPid }: RunRecord): Promise<void> {
  if (serverPid === undefined) return;
  const isOurs = (): boolean => {
    const file = `/proc/${serverPid}/cmdline`;
    return existsSync(file) && readFileSync(file, "utf8").includes(folder);
  };
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (let waited = 0; waited < 10 && isOurs(); waited += 0.1) {
      if (waited === 0) process.kill(serverPid, signal);
      await sleep(100);
    }
  }
}
