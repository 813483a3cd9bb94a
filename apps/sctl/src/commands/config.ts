import { CommandFailed } from "../errors.ts";
import type { OutputFormat } from "../output/output-format.ts";
import { print } from "../output/print.ts";
import { table } from "../output/table.ts";
import type { Terminal } from "../session.ts";

/** How the server's package judges a configuration; tests give another. */
export type CheckConfiguration = (options: {
  readonly configPath?: string | undefined;
}) => ConfigurationCheck;

export type ConfigurationCheck =
  | { readonly isValid: true; readonly configuration: object }
  | {
      readonly isValid: false;
      readonly path: string;
      readonly faults: readonly ConfigurationFault[];
    };

interface ConfigurationFault {
  readonly place: string;
  readonly text: string;
  readonly line: number | undefined;
}

export interface ConfigOptions {
  readonly terminal: Terminal;
  readonly format: OutputFormat;
  readonly config: string | undefined;
  readonly check: CheckConfiguration;
}

/** Every fault of the configuration file, with its place, its bound and its line. */
export async function checkConfig({ check, config, ...output }: ConfigOptions): Promise<void> {
  const checked = check({ configPath: config });
  if (checked.isValid) {
    const words = `${config ?? "the configuration the server would read"} can be used`;
    return print(output, { isValid: true, faults: [] }, () => words);
  }
  const { faults } = checked;
  await print(output, checked, () => faultTable(faults));
  throw refusal(checked);
}

/** All that would be in force, and which of it nobody had to write. */
export async function showConfig({ check, config, ...output }: ConfigOptions): Promise<void> {
  const checked = check({ configPath: config });
  if (!checked.isValid) {
    output.terminal.note(faultTable(checked.faults));
    throw refusal(checked);
  }
  await print(output, checked.configuration, (configuration) => {
    const defaults = defaultsOf(check);
    return table(keysOf(configuration), [
      { title: "KEY", text: ([place]) => place },
      { title: "VALUE", text: ([, value]) => value },
      { title: "", text: ([place, value]) => (defaults.get(place) === value ? "default" : "") },
    ]);
  });
}

type Refused = Extract<ConfigurationCheck, { isValid: false }>;

function refusal({ path, faults }: Refused): CommandFailed {
  const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  return new CommandFailed("SC_CONFIG_INVALID", `${path} cannot be used: ${count}`);
}

const faultTable = (faults: readonly ConfigurationFault[]): string =>
  table(faults, [
    {
      title: "LINE",
      text: ({ line }) => (line === undefined ? "-" : String(line)),
      isNumber: true,
    },
    { title: "KEY", text: ({ place }) => (place === "" ? "-" : place) },
    { title: "FAULT", text: ({ text }) => text },
  ]);

/** What an empty file leads to, here and for this user. */
function defaultsOf(check: CheckConfiguration): ReadonlyMap<string, string> {
  const checked = check({ configPath: "/dev/null" });
  return new Map(checked.isValid ? keysOf(checked.configuration) : []);
}

function keysOf(group: object, prefix = ""): readonly (readonly [place: string, value: string])[] {
  return Object.entries(group).flatMap(([key, value]: readonly [string, unknown]) => {
    const place = `${prefix}${key}`;
    const isGroup = typeof value === "object" && value !== null && !Array.isArray(value);
    return isGroup ? keysOf(value, `${place}.`) : [[place, JSON.stringify(value)] as const];
  });
}
