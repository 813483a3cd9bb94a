import { type Command, Option } from "commander";
import type { SetOptions } from "../commands/set.ts";
import { decimal, oneMoreOf, resourceNames } from "./arguments.ts";
import type { SessionOpener } from "./open-session.ts";

/** What changes what is done with containers. */
export function addSteeringCommands(program: Command, opener: SessionOpener): void {
  addSetCommand(program, opener);
  addPauseCommands(program, opener);
  addReleaseCommand(program, opener);
}

function addSetCommand(program: Command, { open }: SessionOpener): void {
  program
    .command("set <name>")
    .description(
      "set mode and limits of a container; going into auto is shown and asked about first",
    )
    .addOption(
      new Option("--mode <mode>", "what may be done").choices(["observe", "recommend", "auto"]),
    )
    .addOption(
      new Option("--resource <resource>", "of what: cpu, mem; repeatable, default cpu")
        .choices(resourceNames)
        .argParser(oneMoreOf(resourceNames)),
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
    .option("--policy <policy>", "who decides about the resource: see `policies`")
    .option("--yes", "do not ask")
    .option("--dry-run", "show what would happen, change nothing")
    .action(async (name: string, options: SetOptions, command: Command) => {
      const { set } = await import("../commands/set.ts");
      await set(await open(command), name, options);
    });
}

interface AllOption {
  readonly all?: boolean;
}

function addPauseCommands(program: Command, { open }: SessionOpener): void {
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
        const { setPaused } = await import("../commands/pause.ts");
        await setPaused(await open(command), { name, isAll: all === true }, isPaused);
      });
  }
}

function addReleaseCommand(program: Command, { open, terminal }: SessionOpener): void {
  type Options = AllOption & { readonly offline?: boolean; readonly config?: string };
  program
    .command("release [name]")
    .description("put the first limits back and the mode to observe")
    .option("--all", "everything")
    .option("--offline", "without a server, from the list the last one left; with --all")
    .option("--config <file>", "with --offline: the configuration file of that server")
    .action(async (name: string | undefined, options: Options, command: Command) => {
      const { release, releaseWithoutServer } = await import("../commands/release.ts");
      const selection = { name, isAll: options.all === true };
      if (options.offline !== true) return release(await open(command), selection);
      const { releaseOffline } = await import("@sc/server");
      releaseWithoutServer(terminal, { ...selection, config: options.config, releaseOffline });
    });
}
