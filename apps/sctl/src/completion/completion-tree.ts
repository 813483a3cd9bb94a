import type { Command, Option } from "commander";

/** What can be asked of a server about names. */
export type NameKind =
  | "containers"
  | "rules"
  | "services"
  | "policies"
  | "hosts"
  | "subscriptions"
  | "applications"
  | "users";

export interface CompletedOption {
  /** `-o`, `--output`. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  /** Its value is a file. */
  readonly isFile: boolean;
  /** Its value is one of these names. */
  readonly names: NameKind | undefined;
}

/** One command as the shells complete it. */
export interface CompletedCommand {
  /** `` of the program itself, `/rules/get`. */
  readonly place: string;
  readonly children: readonly { readonly name: string; readonly description: string }[];
  /** Its own; those of the program may stand anywhere. */
  readonly options: readonly CompletedOption[];
  /** Of its first argument. */
  readonly words: readonly string[];
  readonly names: NameKind | undefined;
}

/** Every command of the program, itself first. */
export function completionTree(command: Command, place = ""): readonly CompletedCommand[] {
  const [argument] = command.registeredArguments;
  const options = command.options.map(completedOption);
  const completed = {
    place,
    children: command.commands.map((child) => ({
      name: child.name(),
      description: child.description(),
    })),
    options: place === "" ? [...options, help] : options,
    words: argument?.argChoices ?? [],
    names: nameKinds.get(argument?.name() ?? ""),
  };
  const below = command.commands.flatMap((child) =>
    completionTree(child, `${place}/${child.name()}`),
  );
  return [completed, ...below];
}

/** What an argument is called says what it names. */
const nameKinds: ReadonlyMap<string, NameKind> = new Map([
  ["name", "containers"],
  ["rule", "rules"],
  ["service", "services"],
  ["policy", "policies"],
  ["host", "hosts"],
  ["container", "subscriptions"],
  ["application", "applications"],
  ["user", "users"],
]);

const help: CompletedOption = {
  flags: ["-h", "--help"],
  description: "say what a command does",
  takesValue: false,
  choices: [],
  isFile: false,
  names: undefined,
};

const completedOption = (option: Option): CompletedOption => ({
  flags: [option.short, option.long].flatMap((flag) => flag ?? []),
  description: option.description,
  takesValue: option.required || option.optional,
  choices: option.argChoices ?? [],
  isFile: /<(file|path)>/.test(option.flags),
  names: nameKinds.get(/<(\w+)>/.exec(option.flags)?.[1] ?? ""),
});

/** How the names of a kind are asked for, and the key they stand under in the answer. */
export const nameQuestions: Readonly<
  Record<NameKind, { readonly words: string; readonly key: string }>
> = {
  containers: { words: "ls -o json", key: "name" },
  rules: { words: "rules -o json", key: "name" },
  services: { words: "settings -o json", key: "service" },
  policies: { words: "policies -o json", key: "name" },
  hosts: { words: "hosts -o json", key: "name" },
  subscriptions: { words: "subscriptions -o json", key: "name" },
  applications: { words: "apps -o json", key: "name" },
  users: { words: "users -o json", key: "name" },
};

/** Names are the keys of the outermost objects; sed finds them by how far they stand in. */
export const nameFilter = (key: string): string => `s/^    "${key}": "\\(.*\\)",\\{0,1\\}$/\\1/p`;

/** Options with a value, at any place: the word after one is no command. */
export const valueFlags = (tree: readonly CompletedCommand[]): readonly string[] => [
  ...new Set(
    tree.flatMap(({ options }) =>
      options.filter(({ takesValue }) => takesValue).flatMap(({ flags }) => flags),
    ),
  ),
];

/** Places below the program, as patterns. */
export const places = (tree: readonly CompletedCommand[]): readonly string[] =>
  tree.map(({ place }) => place).filter((place) => place !== "");

/** One word of a shell, whatever stands in it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
