import type { Output, SimulatorCommand } from "./command.ts";
import { UsageError } from "./errors.ts";

interface Entry {
  readonly about: string;
  /** Loaded when asked for: each brings what it simulates. */
  readonly load: () => Promise<{ readonly command: SimulatorCommand }>;
}

const commands: Readonly<Record<string, Entry>> = {
  run: {
    about:
      "One container under one policy: figures, changes with their reasons, a page to look at.",
    load: () => import("./commands/run.ts"),
  },
  frontier: {
    about: "All policies on all traces: utilization against backlog.",
    load: () => import("./commands/frontier.ts"),
  },
  faults: {
    about: "Whole clusters with faults: is every invariant kept, does all converge?",
    load: () => import("./commands/faults.ts"),
  },
  reproduce: {
    about: "The published figures of others, as this simulator gets them.",
    load: () => import("./commands/reproduce.ts"),
  },
};

export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

/** Runs what the words ask for; answers the exit status. */
export async function runProgram(words: readonly string[], output: Output): Promise<number> {
  const [name, ...rest] = words;
  if (isHelp(name)) return explain(rest[0], output);
  const entry = entryOf(name);
  if (entry === undefined) return refuse(unknown(name), overview(), output);
  const { command } = await entry.load();
  if (rest.some((word) => word === "--help" || word === "-h")) {
    output.write(`${command.usage}\n`);
    return exitCodes.ok;
  }
  try {
    return await command.run(rest, output);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return refuse(error.message, command.usage, output);
  }
}

const isHelp = (name: string | undefined): boolean =>
  name === "help" || name === "--help" || name === "-h";

const entryOf = (name: string | undefined): Entry | undefined =>
  name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;

async function explain(name: string | undefined, output: Output): Promise<number> {
  if (name === undefined) {
    output.write(`${overview()}\n`);
    return exitCodes.ok;
  }
  const entry = entryOf(name);
  if (entry === undefined) return refuse(unknown(name), overview(), output);
  output.write(`${(await entry.load()).command.usage}\n`);
  return exitCodes.ok;
}

function refuse(why: string, usage: string, output: Output): number {
  output.note(`SC_USAGE: ${why}\n\n${usage}\n`);
  return exitCodes.usage;
}

const unknown = (name: string | undefined): string =>
  name === undefined ? "no command given" : `there is no command ${JSON.stringify(name)}`;

function overview(): string {
  const rows = Object.entries(commands).map(([name, { about }]) => `  ${name.padEnd(10)} ${about}`);
  return [
    "usage: npm run simulate -- COMMAND [options]",
    "",
    ...rows,
    `  ${"help".padEnd(10)} This text; with the name of a command, its options.`,
  ].join("\n");
}
