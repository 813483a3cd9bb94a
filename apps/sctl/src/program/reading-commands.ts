import type { Command } from "commander";
import type { SessionOpener } from "./open-session.ts";

/** What shows how things are now. */
export function addReadingCommands(program: Command, { open }: SessionOpener): void {
  program
    .command("ls")
    .description("list the containers: mode, use, limits and last change (cpu: 100 = one core)")
    .action(async (_options, command: Command) => {
      const { ls } = await import("../commands/ls.ts");
      await ls(await open(command));
    });
  program
    .command("get <name>")
    .description("show everything about one container")
    .action(async (name: string, _options, command: Command) => {
      const { get } = await import("../commands/get.ts");
      await get(await open(command), name);
    });
  program
    .command("top")
    .description("watch the containers, the busiest first; q ends")
    .option("--once", "draw once and end")
    .action(async ({ once }: { readonly once?: boolean }, command: Command) => {
      const { top } = await import("../commands/top.ts");
      const { secondsUntilKey } = await import("../tick-source.ts");
      const session = await open(command);
      const { nextTick, stop } = secondsUntilKey();
      await top(session, { once: once === true, nextTick }).finally(stop);
    });
  program
    .command("explain <name>")
    .description("say what is being done with a container and why")
    .action(async (name: string, _options, command: Command) => {
      const { explain } = await import("../commands/explain.ts");
      await explain(await open(command), name);
    });
  program
    .command("health")
    .description("say how the server and its services are")
    .action(async (_options, command: Command) => {
      const { health } = await import("../commands/health.ts");
      await health(await open(command));
    });
}
