import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { ApiError } from "@sc/api-client";
import { type ImportReport, importBytesMost } from "@sc/contracts";
import { UsageError } from "../errors.ts";
import { print } from "../output/print.ts";
import { printable } from "../output/printable.ts";
import { table } from "../output/table.ts";
import type { Session } from "../session.ts";

export interface ImportOptions {
  readonly dryRun?: boolean;
}

/** Files go as they are: what stands in them is judged by the server, which knows what is there. */
export async function importFiles(
  session: Session,
  paths: readonly string[],
  { dryRun = false }: ImportOptions,
): Promise<void> {
  const files = [];
  for (const path of paths) files.push({ name: basename(path), text: await read(path) });
  const size = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  if (size > importBytesMost / 2) {
    throw new UsageError(
      `the files have ${size} bytes, expected at most ${importBytesMost / 2}: import them in parts`,
    );
  }
  try {
    const report = await session.api.import({ files, isDryRun: dryRun });
    await print(session, report, (data) => describe(data, dryRun));
  } catch (error) {
    if (error instanceof ApiError) {
      for (const { field, detail } of error.errors) {
        session.terminal.note(printable(`${field}: ${detail}`));
      }
    }
    throw error;
  }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} cannot be read: ${why}`);
  }
}

function describe({ changes, leftOut, configuration }: ImportReport, isDryRun: boolean): string {
  const changed = isDryRun ? "would change (nothing was changed)" : "changed";
  const parts = [
    { title: changed, notes: changes },
    { title: "is left out", notes: leftOut },
    { title: "is for the configuration file to say", notes: configuration },
  ].filter(({ notes }) => notes.length > 0);
  if (parts.length === 0) return "nothing is different from what is in force";
  return parts
    .map(({ title, notes }) => {
      const rows = table(notes, [
        { title: "FILE", text: ({ file }) => file },
        { title: "WHAT", text: ({ field }) => field },
        { title: "", text: ({ text }) => text },
      ]);
      return `${title}:\n${rows}`;
    })
    .join("\n\n");
}
