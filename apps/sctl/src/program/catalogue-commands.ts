import type { Collection } from "@sc/api-client";
import { type Command, Option } from "commander";
import type { ChangeOptions } from "../commands/catalogue.ts";
import { decimal, resourceNames } from "./arguments.ts";
import type { SessionOpener } from "./open-session.ts";

interface Kind {
  /** As it is typed. */
  readonly word: string;
  readonly collection: Collection;
  /** What its argument is called, which completion goes by. */
  readonly argument: string;
  readonly many: string;
  readonly removal: string;
}

/** What shows and changes hosts, subscribed containers, applications and users. */
export function addCatalogueCommands(program: Command, opener: SessionOpener): void {
  const common = { opener, program };
  addKind(common, {
    word: "hosts",
    collection: "hosts",
    argument: "host",
    many: "declared hosts",
    removal: "remove one on which no container is subscribed",
  });
  addKind(common, {
    word: "subscriptions",
    collection: "subscriptions",
    argument: "container",
    many: "subscribed containers",
    removal: "desubscribe one: its first limits are put back, its settings go",
  });
  const apps = addKind(common, {
    word: "apps",
    collection: "applications",
    argument: "application",
    many: "applications",
    removal: "remove one; its containers stay",
  });
  addMemberCommands(apps, opener, {
    collection: "applications",
    name: "application",
    member: "container",
  });
  const users = addKind(common, {
    word: "users",
    collection: "users",
    argument: "user",
    many: "users",
    removal: "remove one; its applications stay",
  });
  addMemberCommands(users, opener, { collection: "users", name: "user", member: "application" });
}

interface Common {
  readonly program: Command;
  readonly opener: SessionOpener;
}

function addKind({ program, opener }: Common, kind: Kind): Command {
  const { open } = opener;
  const { word, collection, argument, many, removal } = kind;
  const group = program
    .command(word)
    .description(`list the ${many}`)
    .action(async (_options, command: Command) => {
      const { listDeclared } = await import("../commands/catalogue.ts");
      await listDeclared(await open(command), collection);
    });
  group
    .command(`get <${argument}>`)
    .description("show everything about one")
    .action(async (name: string, _options, command: Command) => {
      const { getDeclared } = await import("../commands/catalogue.ts");
      await getDeclared(await open(command), collection, name);
    });
  group
    .command(`declare <${argument}>`)
    .description("make one, as the file says: the body of the API's PUT")
    .requiredOption("--file <file>", "all of it as JSON, - = stdin")
    .option("--dry-run", "show what would be declared, change nothing")
    .action(
      async (
        name: string,
        options: { readonly file: string; readonly dryRun?: boolean },
        command: Command,
      ) => {
        const { declare } = await import("../commands/catalogue.ts");
        await declare(await open(command), { collection, name }, options);
      },
    );
  addSetCommand(group, opener, kind);
  group
    .command(`remove <${argument}>`)
    .description(removal)
    .action(async (name: string, _options, command: Command) => {
      const { removeDeclared } = await import("../commands/catalogue.ts");
      await removeDeclared(await open(command), collection, name);
    });
  return group;
}

function addSetCommand(
  group: Command,
  { open }: SessionOpener,
  { collection, argument }: Kind,
): void {
  group
    .command(`set <${argument}>`)
    .description("change what is named, all of it or nothing")
    .addOption(
      new Option("--resource <resource>", "of which resource").choices([
        ...resourceNames,
        "energy",
        "disk",
      ]),
    )
    .option("--min <amount>", "least", decimal)
    .option("--max <amount>", "most", decimal)
    .option("--current <amount>", "of energy alone: what is held", decimal)
    .option("--weight <number>", "its importance", decimal)
    .option("--boundary <percent>", "margin under the limit", decimal)
    .addOption(
      new Option("--boundary-of <what>", "what the margin is a share of").choices([
        "max",
        "current",
      ]),
    )
    .option("--guard", "guard it, or the resource that is named")
    .option("--unguard", "guard it, or the resource that is named, no more")
    .addOption(
      new Option("--state <state>", "what it is doing").choices([
        "running",
        "stopped",
        "hdfs_downloading",
        "hdfs_uploading",
      ]),
    )
    .option("--dry-run", "show what would change, change nothing")
    .action(async (name: string, options: ChangeOptions, command: Command) => {
      const { change } = await import("../commands/catalogue.ts");
      await change(await open(command), { collection, name }, options);
    });
}

function addMemberCommands(
  group: Command,
  { open }: SessionOpener,
  {
    collection,
    name: argument,
    member: memberArgument,
  }: {
    readonly collection: "applications" | "users";
    readonly name: string;
    readonly member: string;
  },
): void {
  for (const [word, description] of [
    ["attach", "make it a member"],
    ["detach", "make it no member any more"],
  ] as const) {
    group
      .command(`${word} <${argument}> <${memberArgument}>`)
      .description(description)
      .action(async (name: string, member: string, _options, command: Command) => {
        const commands = await import("../commands/catalogue.ts");
        await commands[word](await open(command), { collection, name, member });
      });
  }
}
