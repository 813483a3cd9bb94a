import { Command, CommanderError, Option } from "commander";
import { UsageError } from "./errors.ts";
import { anyFormats } from "./output/output-format.ts";
import { addCatalogueCommands } from "./program/catalogue-commands.ts";
import { checkNames } from "./program/check-names.ts";
import { addCompletionCommand } from "./program/completion-command.ts";
import { addDocumentCommands } from "./program/document-commands.ts";
import { sessionOpener } from "./program/open-session.ts";
import { addPolicyCommands } from "./program/policy-commands.ts";
import { addReadingCommands } from "./program/reading-commands.ts";
import { addRecordCommands } from "./program/record-commands.ts";
import { addServerCommands } from "./program/server-commands.ts";
import { addSteeringCommands } from "./program/steering-commands.ts";
import type { Terminal } from "./session.ts";

/** Every command; what a command needs is loaded when it runs, so that the others start fast. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command("sctl")
    .description("Watches and steers Serverless Containers.")
    .addOption(
      new Option("-o, --output <format>", "how answers are written; csv and svg: of history")
        .choices([...anyFormats])
        .default("table"),
    )
    .option("--socket <path>", "the server's unix socket (environment: SC_SOCKET)")
    .option("--url <url>", "a server on TCP instead, http://127.0.0.1:5000")
    .option("--token-file <path>", "the token that changes over TCP need")
    .configureHelp({ showGlobalOptions: true })
    // Errors are told once, with code and next step, where all errors are.
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  const opener = sessionOpener(terminal);
  addServerCommands(program, opener);
  addReadingCommands(program, opener);
  addRecordCommands(program, opener);
  addSteeringCommands(program, opener);
  addDocumentCommands(program, opener);
  addCatalogueCommands(program, opener);
  addPolicyCommands(program, opener);
  addCompletionCommand(program, opener);
  checkNames(program);
  return program;
}

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
