import type { Command } from "commander";

/** What runs the server. */
export function addServerCommands(program: Command): void {
  program
    .command("start")
    .description("run the server until it is told to end")
    .option("--config <file>", "the configuration file")
    .action(async ({ config }: { readonly config?: string }) => {
      const { runServer } = await import("@sc/server");
      await runServer(config === undefined ? {} : { configPath: config });
    });
}
