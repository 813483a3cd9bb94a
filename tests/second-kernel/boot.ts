/*
 * A second kernel: user-mode Linux, which runs as a process on the machine's own root file system,
 * with cgroup v2 where the machine may have v1. It starts in about 3 s, has one CPU, and lives in a
 * process namespace: whatever ends it, nothing of it stays behind.
 */
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";

const program = "linux.uml";
const memMib = 1024;
const diskMib = 256;
const panic = "Kernel panic";
const bytesPerMib = 1_048_576;
const tree = resolve(import.meta.dirname, "../..");

/** Whether this machine can start one, and if not, why. */
export function whyNoSecondKernel(): string | false {
  if (process.platform !== "linux") return "needs Linux";
  if (process.getuid?.() !== 0) return "needs root";
  const { status } = spawnSync("sh", ["-c", `command -v ${program}`]);
  return status === 0 ? false : `needs a second kernel (${program}): npm run setup:debian`;
}

export interface SecondKernelRun {
  /** Of the caller, and the only place inside that outlives the kernel. */
  readonly folder: string;
  /** Run inside by root, in the project's tree. */
  readonly command: readonly string[];
  readonly timeoutSeconds: number;
  /** What the command says, as it says it. */
  readonly onOutput: (text: string) => void;
}

export type SecondKernelEnd =
  | { readonly kind: "ended"; readonly status: number }
  /** `kernelLog`: what kernel and first process said before. */
  | { readonly kind: "late" | "panicked" | "lost"; readonly kernelLog: string };

/** Starts the kernel, runs the command in it, and switches it off. */
export async function bootSecondKernel(run: SecondKernelRun): Promise<SecondKernelEnd> {
  prepare(run);
  const child = spawn("setpriv", kernelCommand(run.folder), {
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    env: { ...process.env, TMPDIR: memoryFolder() },
  });
  const endAfter = (seconds: number): NodeJS.Timeout =>
    setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
  const timers = [endAfter(run.timeoutSeconds)];
  let kernelLog = "";
  const listen = (text: string): void => {
    kernelLog += text.replaceAll("\r", "");
    // It stands still from then on; what it has to say about it comes at once.
    if (kernelLog.includes(panic) && timers.length === 1) timers.push(endAfter(1));
  };
  for (const stream of child.stdio.slice(1, 4)) readTo(stream, listen);
  readTo(child.stdio[4], run.onOutput);
  await new Promise((settle) => child.once("close", settle).once("error", settle));
  for (const timer of timers) clearTimeout(timer);
  if (kernelLog.includes(panic)) return { kind: "panicked", kernelLog };
  const statusFile = join(run.folder, "status");
  if (existsSync(statusFile)) {
    return { kind: "ended", status: Number(readFileSync(statusFile, "utf8")) };
  }
  return { kind: child.signalCode === "SIGKILL" ? "late" : "lost", kernelLog };
}

function readTo(stream: unknown, take: (text: string) => void): void {
  if (stream instanceof Readable) stream.setEncoding("utf8").on("data", take);
}

/** What the first process reads, and two disks. */
function prepare({ folder, command }: SecondKernelRun): void {
  // Its path stands on the kernel's command line: that of the tree may be long and hold spaces.
  copyFileSync(join(import.meta.dirname, "init.sh"), join(folder, "init.sh"));
  chmodSync(join(folder, "init.sh"), 0o755);
  writeFileSync(join(folder, "tree"), tree);
  const quoted = [tree, ...command].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  writeFileSync(join(folder, "command"), `cd ${quoted[0]}\nexec ${quoted.slice(1).join(" ")}\n`);
  mkdirSync(join(folder, "uml"));
  for (const disk of ["disk0", "disk1"]) {
    writeFileSync(join(folder, disk), "");
    truncateSync(join(folder, disk), diskMib * bytesPerMib);
  }
}

/** It dies with who started it, and all its processes die with it. */
const kernelCommand = (folder: string): readonly string[] => [
  ...["--pdeathsig", "KILL", "unshare", "--pid", "--fork", "--mount-proc", "--kill-child"],
  ...[program, `mem=${memMib}M`, "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro"],
  ...["quiet", "con=null", "con0=null,fd:3", "con1=null,fd:4"],
  ...[`ubd0=${folder}/disk0`, `ubd1=${folder}/disk1`, `uml_dir=${folder}/uml`],
  `init=${folder}/init.sh`,
];

/** Where its memory lies, as a sparse file: in memory, where programs may run and there is room. */
function memoryFolder(): string {
  const shared = "/dev/shm";
  const isExecutable = !readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" "))
    .some(([, place, , options]) => place === shared && options?.split(",").includes("noexec"));
  const hasRoom = existsSync(shared) && freeMib(shared) >= memMib;
  return isExecutable && hasRoom ? shared : tmpdir();
}

function freeMib(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return (bavail * bsize) / bytesPerMib;
}
