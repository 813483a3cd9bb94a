import type { Command } from "commander";
import type { SetRuleOptions } from "../commands/rules.ts";
import { decimal, oneMore, wholeNumber } from "./arguments.ts";
import type { SessionOpener } from "./open-session.ts";

/** What shows and changes rules and settings while they are in force. */
export function addDocumentCommands(program: Command, opener: SessionOpener): void {
  addRuleCommands(program, opener);
  addSettingsCommands(program, opener);
  addImportCommand(program, opener);
}

function addRuleCommands(program: Command, { open }: SessionOpener): void {
  const rules = program
    .command("rules")
    .description("list the rules that move limits")
    .action(async (_options, command: Command) => {
      const { rules: list } = await import("../commands/rules.ts");
      await list(await open(command));
    });
  rules
    .command("get <rule>")
    .description("show one rule with its condition")
    .action(async (name: string, _options, command: Command) => {
      const { getRule } = await import("../commands/rules.ts");
      await getRule(await open(command), name);
    });
  addSetRuleCommand(rules, { open });
  for (const [word, description] of [
    ["reset", "put a rule of ours back to its preset"],
    ["remove", "remove a rule that people made; one of ours goes back to its preset"],
  ] as const) {
    rules
      .command(`${word} <rule>`)
      .description(description)
      .action(async (name: string, _options, command: Command) => {
        const { removeRule } = await import("../commands/rules.ts");
        await removeRule(await open(command), name);
      });
  }
}

interface SetOptions {
  readonly file?: string;
  readonly active?: boolean;
  readonly inactive?: boolean;
  readonly amount?: number;
  readonly events?: number;
  readonly dryRun?: boolean;
}

function addSetRuleCommand(rules: Command, { open }: Pick<SessionOpener, "open">): void {
  rules
    .command("set <rule>")
    .description("make a rule, or change one; in force from the next tick")
    .option("--file <file>", "the whole rule as JSON, - = stdin; as `rules get -o json` writes it")
    .option("--active", "it is asked")
    .option("--inactive", "it is not asked")
    .option("--amount <number>", "what it adds or takes (cpu: 100 = one core; mem: MiB)", decimal)
    .option("--events <count>", "how many events it waits for, and spends", wholeNumber)
    .option("--dry-run", "show what would be set, change nothing")
    .action(async (name: string, options: SetOptions, command: Command) => {
      const { setRule, isActiveOf } = await import("../commands/rules.ts");
      const { active, inactive, ...others } = options;
      const changes: SetRuleOptions = { ...others, isActive: isActiveOf({ active, inactive }) };
      await setRule(await open(command), name, changes);
    });
}

interface SetSettingsOptions {
  readonly reset?: readonly string[];
  readonly dryRun?: boolean;
}

function addSettingsCommands(program: Command, { open }: SessionOpener): void {
  const settings = program
    .command("settings")
    .description("list the services and which of their settings differ from the preset")
    .action(async (_options, command: Command) => {
      const { settings: list } = await import("../commands/settings.ts");
      await list(await open(command));
    });
  settings
    .command("get <service>")
    .description("show the settings of one service")
    .action(async (service: string, _options, command: Command) => {
      const { getSettings } = await import("../commands/settings.ts");
      await getSettings(await open(command), service);
    });
  settings
    .command("set <service> [assignments...]")
    .description("change settings, KEY=VALUE each; KEY= goes back to the preset")
    .option("--reset <key>", "put a key back to what the configuration says; repeatable", oneMore)
    .option("--dry-run", "show what would be set, change nothing")
    .action(
      async (
        service: string,
        assignments: readonly string[],
        options: SetSettingsOptions,
        command: Command,
      ) => {
        const { setSettings } = await import("../commands/settings.ts");
        await setSettings(await open(command), service, { ...options, assignments });
      },
    );
}

function addImportCommand(program: Command, { open }: SessionOpener): void {
  program
    .command("import <files...>")
    .description(
      "take over layout.json, services_config.yml, rules and other documents of the published framework",
    )
    .option("--dry-run", "check everything and show what would change")
    .action(async (files: readonly string[], options: { dryRun?: boolean }, command: Command) => {
      const { importFiles } = await import("../commands/import.ts");
      await importFiles(await open(command), files, options);
    });
}
