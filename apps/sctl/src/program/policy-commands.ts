import type { Resource } from "@sc/contracts";
import { type Command, Option } from "commander";
import { oneMoreOf, resourceNames } from "./arguments.ts";
import { formatOf, type SessionOpener } from "./open-session.ts";

/** What can be chosen to decide, and whether one of one's own would do. */
export function addPolicyCommands(program: Command, { open, terminal }: SessionOpener): void {
  const policies = program
    .command("policies")
    .description("list the policies that can be chosen, by resource")
    .action(async (_options, command: Command) => {
      const { policies: list } = await import("../commands/policies.ts");
      await list(await open(command));
    });
  policies
    .command("check <file>")
    .description("try a policy of your own, without a server: what it keeps, and what it does not")
    .addOption(
      new Option("--resource <resource>", "what it decides about; repeatable, default both")
        .choices(resourceNames)
        .argParser(oneMoreOf(resourceNames)),
    )
    .action(async (file: string, options: CheckOptions, command: Command) => {
      const { checkPolicies } = await import("../commands/policies.ts");
      const { checkPolicy: check } = await import("@sc/server");
      const resources = options.resource ?? resourceNames;
      await checkPolicies({ terminal, format: formatOf(command), file, resources, check });
    });
}

interface CheckOptions {
  readonly resource?: readonly Resource[];
}
