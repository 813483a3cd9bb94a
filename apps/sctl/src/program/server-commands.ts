import type { Command } from "commander";
import type { ConfigOptions, ConfigurationCheck } from "../commands/config.ts";
import type { ConnectionOptions } from "../connect.ts";
import { formatOf, type SessionOpener } from "./open-session.ts";

interface ConfigOption {
  readonly config?: string;
}

const configFlag = ["--config <file>", "the configuration file"] as const;

/** What runs the server, and what looks at how it would run. */
export function addServerCommands(program: Command, opener: SessionOpener): void {
  program
    .command("start")
    .description("run the server until it is told to end")
    .option(...configFlag)
    .action(async ({ config }: ConfigOption) => {
      const { runServer } = await import("@sc/server");
      await runServer(config === undefined ? {} : { configPath: config });
    });
  addConfigCommands(program, opener);
  program
    .command("doctor")
    .description("check machine, configuration and server, and say what to do")
    .option(...configFlag)
    .action(async ({ config }: ConfigOption, command: Command) => {
      const { doctor } = await import("../commands/doctor.ts");
      const { thisMachine } = await import("../doctor/machine.ts");
      const configuration = await checkedConfiguration(config);
      const { socket, url } = command.optsWithGlobals<ConnectionOptions>();
      const named = socket ?? url ?? process.env.SC_SOCKET;
      const server = config === undefined ? named : undefined;
      await doctor(await opener.open(command), { machine: thisMachine(), configuration, server });
    });
}

function addConfigCommands(program: Command, { terminal }: SessionOpener): void {
  const config = program.command("config").description("look at the configuration file");
  const optionsOf = async (option: ConfigOption, command: Command): Promise<ConfigOptions> => {
    const { checkConfiguration: check } = await import("@sc/server");
    return { terminal, format: formatOf(command), config: option.config, check };
  };
  config
    .command("check")
    .description("say every fault of the file, with key, line and bound")
    .option(...configFlag)
    .action(async (option: ConfigOption, command: Command) => {
      const { checkConfig } = await import("../commands/config.ts");
      await checkConfig(await optionsOf(option, command));
    });
  config
    .command("show")
    .description("show all that would be in force, defaults marked")
    .option(...configFlag)
    .action(async (option: ConfigOption, command: Command) => {
      const { showConfig } = await import("../commands/config.ts");
      await showConfig(await optionsOf(option, command));
    });
}

/** A tree that lacks a package is what is looked for, so it must not end the search. */
async function checkedConfiguration(
  configPath: string | undefined,
): Promise<ConfigurationCheck | undefined> {
  const server = await import("@sc/server").catch(() => undefined);
  return server?.checkConfiguration({ configPath });
}
