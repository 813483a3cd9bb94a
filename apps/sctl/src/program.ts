import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { SetOptions } from "./commands/set.ts";
import type { ConnectionOptions } from "./connect.ts";
import { UsageError } from "./errors.ts";
import { type OutputFormat, outputFormats } from "./output/output-format.ts";
import type { Session, Terminal } from "./session.ts";

/** Every command; what a command needs is loaded when it runs, so that the others start fast. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command("sctl")
    .description("Watches and steers Serverless Containers.")
    .addOption(
      new Option("-o, --output <format>", "how answers are written")
        .choices([...outputFormats])
        .default("table"),
    )
    .option("--socket <path>", "the server's unix socket (environment: SC_SOCKET)")
    .option("--url <url>", "a server on TCP instead, http://127.0.0.1:5000")
    .option("--token-file <path>", "the token that changes over TCP need")
    .configureHelp({ showGlobalOptions: true })
    // Errors are told once, with code and next step, where all errors are.
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  const open: OpenSession = async (command) => {
    const options: ConnectionOptions & { readonly output: OutputFormat } =
      command.optsWithGlobals();
    const { connect } = await import("./connect.ts");
    return { api: connect(options), terminal, format: options.output };
  };
  addServerCommands(program);
  addReadingCommands(program, open);
  addHistoryCommands(program, open);
  addSetCommand(program, open);
  addPauseCommands(program, open);
  addReleaseCommand(program, open, terminal);
  return program;
}

type OpenSession = (command: Command) => Promise<Session>;

/** Runs what the arguments ask for. */
export async function runProgram(program: Command, args: readonly string[]): Promise<void> {
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version were asked for and are printed.
    if (error.exitCode === 0) return;
    const isBare = error.code === "commander.help";
    throw new UsageError(
      isBare ? "no command given" : error.message.replace(/^error: /, "").replaceAll("\n", " "),
    );
  }
}

function addServerCommands(program: Command): void {
  program
    .command("start")
    .description("run the server until it is told to end")
    .option("--config <file>", "the configuration file")
    .action(async ({ config }: { readonly config?: string }) => {
      const { runServer } = await import("@sc/server");
      await runServer(config === undefined ? {} : { configPath: config });
    });
}

function addReadingCommands(program: Command, open: OpenSession): void {
  program
    .command("ls")
    .description("list the containers: mode, use, limit and last change (cpu: 100 = one core)")
    .action(async (_options, command: Command) => {
      const { ls } = await import("./commands/ls.ts");
      await ls(await open(command));
    });
  program
    .command("get <name>")
    .description("show everything about one container")
    .action(async (name: string, _options, command: Command) => {
      const { get } = await import("./commands/get.ts");
      await get(await open(command), name);
    });
  program
    .command("top")
    .description("watch the containers, the busiest first; q ends")
    .option("--once", "draw once and end")
    .action(async ({ once }: { readonly once?: boolean }, command: Command) => {
      const { top } = await import("./commands/top.ts");
      const { secondsUntilKey } = await import("./tick-source.ts");
      const session = await open(command);
      const { nextTick, stop } = secondsUntilKey();
      await top(session, { once: once === true, nextTick }).finally(stop);
    });
  program
    .command("explain <name>")
    .description("say what is being done with a container and why")
    .action(async (name: string, _options, command: Command) => {
      const { explain } = await import("./commands/explain.ts");
      await explain(await open(command), name);
    });
  program
    .command("health")
    .description("say how the server and its services are")
    .action(async (_options, command: Command) => {
      const { health } = await import("./commands/health.ts");
      await health(await open(command));
    });
}

function addHistoryCommands(program: Command, open: OpenSession): void {
  const describe = {
    events: "list when usage was above upper or below lower, newest first",
    requests: "list the wishes to change a limit and why they were held, newest first",
    changes: "list what became of limits, newest first",
  } as const;
  for (const kind of ["events", "requests", "changes"] as const) {
    program
      .command(`${kind} [name]`)
      .description(describe[kind])
      .option("--limit <count>", "how many, 1 to 10000", wholeNumber, 100)
      .action(
        async (
          name: string | undefined,
          { limit }: { readonly limit: number },
          command: Command,
        ) => {
          const history = await import("./commands/history.ts");
          await history[kind](await open(command), { structure: name, limit });
        },
      );
  }
}

function addSetCommand(program: Command, open: OpenSession): void {
  program
    .command("set <name>")
    .description(
      "set mode and limits of a container; going into auto is shown and asked about first",
    )
    .addOption(
      new Option("--mode <mode>", "what may be done").choices(["observe", "recommend", "auto"]),
    )
    .addOption(
      new Option("--resource <resource>", "of what").choices(["cpu", "mem"]).default("cpu"),
    )
    .option("--min <amount>", "least limit (cpu: 100 = one core; mem: MiB)", decimal)
    .option("--max <amount>", "most limit", decimal)
    .option("--boundary <percent>", "margin under the limit", decimal)
    .addOption(
      new Option("--boundary-of <what>", "what the margin is a share of").choices([
        "max",
        "current",
      ]),
    )
    .option("--priority <number>", "who grows first when the host is full: the higher", decimal)
    .option("--yes", "do not ask")
    .option("--dry-run", "show what would happen, change nothing")
    .action(async (name: string, options: SetOptions, command: Command) => {
      const { set } = await import("./commands/set.ts");
      await set(await open(command), name, options);
    });
}

interface AllOption {
  readonly all?: boolean;
}

function addPauseCommands(program: Command, open: OpenSession): void {
  const commands = [
    ["pause", "stop changing limits and keep the modes", true],
    ["resume", "end a pause", false],
  ] as const;
  for (const [word, description, isPaused] of commands) {
    program
      .command(`${word} [name]`)
      .description(description)
      .option("--all", "everything")
      .action(async (name: string | undefined, { all }: AllOption, command: Command) => {
        const { setPaused } = await import("./commands/pause.ts");
        await setPaused(await open(command), { name, isAll: all === true }, isPaused);
      });
  }
}

function addReleaseCommand(program: Command, open: OpenSession, terminal: Terminal): void {
  type Options = AllOption & { readonly offline?: boolean; readonly config?: string };
  program
    .command("release [name]")
    .description("put the first limits back and the mode to observe")
    .option("--all", "everything")
    .option("--offline", "without a server, from the list the last one left; with --all")
    .option("--config <file>", "with --offline: the configuration file of that server")
    .action(async (name: string | undefined, options: Options, command: Command) => {
      const { release, releaseWithoutServer } = await import("./commands/release.ts");
      const selection = { name, isAll: options.all === true };
      if (options.offline !== true) return release(await open(command), selection);
      const { releaseOffline } = await import("@sc/server");
      releaseWithoutServer(terminal, { ...selection, config: options.config, releaseOffline });
    });
}

function decimal(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("not a number");
  return value;
}

function wholeNumber(text: string): number {
  const value = decimal(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("not a whole number");
  return value;
}
