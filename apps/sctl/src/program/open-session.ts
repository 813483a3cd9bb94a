import type { Command } from "commander";
import type { ConnectionOptions } from "../connect.ts";
import { UsageError } from "../errors.ts";
import type { AnyFormat, OutputFormat } from "../output/output-format.ts";
import type { Session, Terminal } from "../session.ts";

/** Joins a command with the server, the terminal and the output its options name. */
export interface SessionOpener {
  readonly terminal: Terminal;
  open(command: Command): Promise<Session>;
  /** For the one command whose answer can also be a sheet or a picture. */
  openForAnyFormat(command: Command): Promise<{ session: Session; format: AnyFormat }>;
}

type GlobalOptions = ConnectionOptions & { readonly output: AnyFormat };

export function sessionOpener(terminal: Terminal): SessionOpener {
  const openWith = async (command: Command, format: OutputFormat): Promise<Session> => {
    const { connect } = await import("../connect.ts");
    return { api: connect(command.optsWithGlobals<GlobalOptions>()), terminal, format };
  };
  return {
    terminal,
    open: (command) => openWith(command, formatOf(command)),
    openForAnyFormat: async (command) => {
      const { output } = command.optsWithGlobals<GlobalOptions>();
      const isGeneral = output !== "csv" && output !== "svg";
      return { session: await openWith(command, isGeneral ? output : "table"), format: output };
    },
  };
}

/** The format of commands that answer without a sheet or a picture: all but one. */
export function formatOf(command: Command): OutputFormat {
  const { output } = command.optsWithGlobals<GlobalOptions>();
  if (output === "csv" || output === "svg") {
    throw new UsageError(`-o ${output} is for \`history NAME\` only`);
  }
  return output;
}
