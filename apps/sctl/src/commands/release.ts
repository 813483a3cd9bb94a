import type { ReleaseReport } from "@sc/contracts";
import { CommandFailed, UsageError } from "../errors.ts";
import { print } from "../output/print.ts";
import { printable } from "../output/printable.ts";
import type { Session, Terminal } from "../session.ts";
import { type Selection, selected } from "./selection.ts";

/** Through the running server. */
export async function release(session: Session, selection: Selection): Promise<void> {
  const report = await session.api.release(selected(selection));
  await print(session, report, describeReport);
  const { failed } = report;
  if (failed.length === 0) return;
  const text = failed.map(({ structure, reason }) => `${structure}: ${reason.text}`).join("; ");
  throw new CommandFailed("SC_RELEASE_INCOMPLETE", `${failed.length} not put back: ${text}`);
}

function describeReport({ released, unchanged }: ReleaseReport): string {
  const lines = [
    ...released.map((name) => `${name}: first limit put back, mode observe`),
    ...unchanged.map((name) => `${name}: had its first limit, mode observe`),
  ];
  return lines.length === 0 ? "nothing was put back" : lines.join("\n");
}

export type ReleaseOffline = (options: { readonly configPath?: string }) => {
  readonly isComplete: boolean;
  readonly output: string;
};

/** Without a server, from the restore list the last one left: everything or nothing. */
export function releaseWithoutServer(
  terminal: Terminal,
  options: Selection & {
    readonly config: string | undefined;
    readonly releaseOffline: ReleaseOffline;
  },
): void {
  if (selected(options) !== undefined) {
    throw new UsageError("--offline puts everything back: give --all and no NAME");
  }
  const { isComplete, output } = options.releaseOffline(
    options.config === undefined ? {} : { configPath: options.config },
  );
  const text = printable(output);
  terminal.write(text.endsWith("\n") || text === "" ? text : `${text}\n`);
  if (!isComplete) {
    throw new CommandFailed("SC_RELEASE_INCOMPLETE", "not every limit was put back");
  }
}
