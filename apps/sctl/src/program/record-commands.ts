import type { ComputeResource, StreamTopic } from "@sc/contracts";
import { type Command, Option } from "commander";
import { decimal, time, wholeNumber, wordsOf } from "./arguments.ts";
import type { SessionOpener } from "./open-session.ts";
import { streamTopics } from "./stream-topics.ts";

interface RecordOptions {
  readonly limit: number;
  readonly since?: number | string;
  readonly until?: number | string;
}

/** What shows how things were. */
export function addRecordCommands(program: Command, opener: SessionOpener): void {
  addHistoryCommand(program, opener);
  addReplayCommand(program, opener);
  addReportCommand(program, opener);
  addLists(program, opener);
  addWatchCommand(program, opener);
}

function addWatchCommand(program: Command, { open }: SessionOpener): void {
  program
    .command("watch [name]")
    .description("write what happens as it happens, a line each; Ctrl-C ends")
    .option(
      "--topics <topics>",
      `of ${streamTopics.join(", ")}, joined by commas; default: all but structures`,
      wordsOf(streamTopics),
    )
    .action(async (structure: string | undefined, options: WatchOptions, command: Command) => {
      const { watch } = await import("../commands/watch.ts");
      const { untilInterrupted } = await import("../until-interrupted.ts");
      const session = await open(command);
      const { signal, stop } = untilInterrupted();
      await watch(session, { structure, topics: options.topics, signal }).finally(stop);
    });
}

interface WatchOptions {
  readonly topics?: readonly StreamTopic[];
}

interface HistoryOptions {
  readonly since?: number | string;
  readonly until?: number | string;
  readonly step?: number;
  readonly resource?: ComputeResource;
}

function addHistoryCommand(program: Command, { openForAnyFormat }: SessionOpener): void {
  program
    .command("history <name>")
    .description("show usage and limit over time, as a table, a sheet or a picture (-o svg)")
    .option("--since <time>", "90s, 30m, 1h, 7d before now, or Unix seconds; default 1h", time)
    .option("--until <time>", "the same; not included; default now", time)
    .option("--step <seconds>", "at most a row per so many; default: at most 300 rows", wholeNumber)
    .addOption(
      new Option("--resource <resource>", "of what; default: what is scaled").choices([
        "cpu",
        "mem",
      ]),
    )
    .action(async (name: string, options: HistoryOptions, command: Command) => {
      const { since: from, until: to, step, resource } = options;
      const { session, format } = await openForAnyFormat(command);
      const { history } = await import("../commands/history.ts");
      await history(session, { name, format, question: { from, to, step }, resource });
    });
}

interface ReplayOptions {
  readonly resource: ComputeResource;
  readonly policy: string;
  readonly from?: number | string;
  readonly to?: number | string;
  readonly min?: number;
  readonly max?: number;
  /** `--no-brakes` says false. */
  readonly brakes: boolean;
}

function addReportCommand(program: Command, { open }: SessionOpener): void {
  program
    .command("report <experiment> [test]")
    .description("say what was used and given while an experiment, or a test of it, ran")
    .option("--username <name>", "who did it; default: whoever did")
    .action(
      async (
        experiment: string,
        test: string | undefined,
        { username }: { readonly username?: string },
        command: Command,
      ) => {
        const { report } = await import("../commands/report.ts");
        await report(await open(command), { experiment, test, username });
      },
    );
}

function addReplayCommand(program: Command, { open }: SessionOpener): void {
  program
    .command("replay <name>")
    .description("say what a policy would have made of what a container has used")
    .requiredOption("--policy <policy>", "which: see `policies`")
    .addOption(
      new Option("--resource <resource>", "of what").choices(["cpu", "mem"]).default("cpu"),
    )
    .option("--from <time>", "90s, 30m, 24h, 7d before now, or Unix seconds; default 24h", time)
    .option("--to <time>", "the same; not included; default now; at most 7 days later", time)
    .option("--min <amount>", "least limit; default: the container's", decimal)
    .option("--max <amount>", "most limit; default: the container's", decimal)
    .option("--no-brakes", "as if shrinks were not braked; default: as configured")
    .action(async (name: string, options: ReplayOptions, command: Command) => {
      const { replay } = await import("../commands/replay.ts");
      const { brakes: isBraked, ...others } = options;
      const brakes = isBraked ? "configured" : "none";
      await replay(await open(command), name, { ...others, brakes });
    });
}

function addLists(program: Command, { open }: SessionOpener): void {
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
      .option("--since <time>", "90s, 30m, 1h, 7d before now, or Unix seconds", time)
      .option("--until <time>", "the same; not included", time)
      .action(async (name: string | undefined, options: RecordOptions, command: Command) => {
        const records = await import("../commands/records.ts");
        const { limit, since: from, until: to } = options;
        await records[kind](await open(command), { structure: name, limit, from, to });
      });
  }
}
