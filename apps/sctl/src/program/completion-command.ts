import { Argument, type Command } from "commander";
import type { SessionOpener } from "./open-session.ts";

const shells = ["bash", "zsh", "fish"] as const;

/** Made from the program itself, so that it knows what the program knows. */
export function addCompletionCommand(program: Command, { terminal }: SessionOpener): void {
  program
    .command("completion")
    .description("write the script that completes commands and names in a shell")
    .addArgument(new Argument("<shell>", "which shell").choices(shells))
    .action(async (shell: (typeof shells)[number]) => {
      const { completionFor } = await import("../commands/completion.ts");
      terminal.write(completionFor(program, shell));
    });
}
