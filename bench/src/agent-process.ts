import { openSync, readSync } from "node:fs";
import { type KernelFiles, kernelFiles } from "@sc/cgroup";
import { AgentInProcess, structureName } from "./agent-in-process.ts";

/** A read of a kernel file, at a time after the recording began. */
export interface TimedRead {
  readonly atMs: number;
  readonly path: string;
}

export type AgentCommand =
  | {
      readonly kind: "agent";
      readonly root: string;
      readonly auto: readonly string[];
      readonly recordSeconds: number;
    }
  | { readonly kind: "floor"; readonly reads: readonly TimedRead[]; readonly loopSeconds: number }
  | { readonly kind: "usage" }
  | { readonly kind: "end" };

export type AgentReply =
  | { readonly kind: "ready"; readonly reads: readonly TimedRead[] }
  | {
      readonly kind: "usage";
      readonly cpuSeconds: number;
      readonly atSeconds: number;
      readonly rssMib: number;
    };

/** After the start, until every tier has had its turn. */
const settleSeconds = 3;
let end = async (): Promise<void> => undefined;

async function runAgent(command: AgentCommand & { kind: "agent" }): Promise<readonly TimedRead[]> {
  const files = command.recordSeconds > 0 ? new RecordingFiles() : undefined;
  const { root } = command;
  const host = await AgentInProcess.make({ root, ...(files === undefined ? {} : { files }) });
  end = () => host.close();
  host.agent.start();
  await host.setAuto(command.auto.map(structureName));
  await pass(settleSeconds);
  return files === undefined ? [] : files.record(command.recordSeconds);
}

/** The kernel's files, with a note of each read. */
class RecordingFiles implements KernelFiles {
  readonly #paths = new Map<number, string>();
  #reads: TimedRead[] | undefined;
  #begin = 0;

  async record(seconds: number): Promise<readonly TimedRead[]> {
    this.#begin = performance.now();
    const reads: TimedRead[] = [];
    this.#reads = reads;
    await pass(seconds);
    this.#reads = undefined;
    return reads;
  }

  open(path: string, flags: "r" | "r+"): number {
    const descriptor = kernelFiles.open(path, flags);
    this.#paths.set(descriptor, path);
    return descriptor;
  }

  close(descriptor: number): void {
    kernelFiles.close(descriptor);
  }

  read(descriptor: number, into: Buffer): number {
    const path = this.#paths.get(descriptor);
    if (path !== undefined) this.#reads?.push({ atMs: performance.now() - this.#begin, path });
    return kernelFiles.read(descriptor, into);
  }

  write(descriptor: number, text: string): void {
    kernelFiles.write(descriptor, text);
  }

  inode(path: string): number | undefined {
    return kernelFiles.inode(path);
  }

  foldersIn(path: string): readonly string[] {
    return kernelFiles.foldersIn(path);
  }
}

/** Reads within this time of each other were one round of the agent, and are one here. */
const roundMs = 5;

/** The same reads at the same times, over and over, and nothing else. */
function runFloor({ reads, loopSeconds }: AgentCommand & { kind: "floor" }): void {
  const descriptors = new Map<string, number>();
  const buffer = Buffer.allocUnsafe(8192);
  const rounds: { atMs: number; descriptors: number[] }[] = [];
  for (const { atMs, path } of reads) {
    const descriptor = descriptors.get(path) ?? openSync(path, "r");
    descriptors.set(path, descriptor);
    const round = rounds.at(-1);
    if (round !== undefined && atMs - round.atMs < roundMs) round.descriptors.push(descriptor);
    else rounds.push({ atMs, descriptors: [descriptor] });
  }
  const begin = performance.now();
  let turn = 0;
  const next = (): void => {
    const round = rounds[turn % rounds.length];
    if (round === undefined) return;
    for (const descriptor of round.descriptors) readSync(descriptor, buffer, 0, buffer.length, 0);
    turn += 1;
    const loops = Math.floor(turn / rounds.length);
    const dueMs = begin + loops * loopSeconds * 1000 + (rounds[turn % rounds.length]?.atMs ?? 0);
    setTimeout(next, Math.max(0, dueMs - performance.now()));
  };
  next();
}

const pass = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000));

function reply(message: AgentReply): void {
  process.send?.(message);
}

function replyUsage(): void {
  const { user, system } = process.cpuUsage();
  reply({
    kind: "usage",
    cpuSeconds: (user + system) / 1e6,
    atSeconds: performance.now() / 1000,
    rssMib: process.memoryUsage.rss() / 1_048_576,
  });
}

async function obey(command: AgentCommand): Promise<void> {
  switch (command.kind) {
    case "agent":
      reply({ kind: "ready", reads: await runAgent(command) });
      return;
    case "floor":
      runFloor(command);
      reply({ kind: "ready", reads: [] });
      return;
    case "usage":
      replyUsage();
      return;
    case "end":
      await end();
      process.exit(0);
  }
}

process.on("message", (command: AgentCommand) => void obey(command));
