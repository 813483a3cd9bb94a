import {
  type CompletedCommand,
  type CompletedOption,
  nameFilter,
  nameQuestions,
  places,
  valueFlags,
} from "./completion-tree.ts";

/** A script for fish: `./sctl completion fish | source`. */
export function fishCompletion(tree: readonly CompletedCommand[]): string {
  return `# Completion of sctl for fish, made by \`sctl completion fish\`.
function __sctl_place
  set -l words (commandline -opc)
  set -e words[1]
  set -l place ''
  set -l isValue 0
  for word in $words
    if test $isValue = 1
      set isValue 0
    else if contains -- $word ${valueFlags(tree).join(" ")}
      set isValue 1
    else if contains -- $place/$word ${places(tree).join(" ")}
      set place $place/$word
    end
  end
  echo $place
end

function __sctl_at
  test "$(__sctl_place)" = "$argv[1]"
end

function __sctl_names
  set -l words (commandline -opc)
  $words[1] $argv[2..-1] 2>/dev/null | sed -n $argv[1]
end

complete -c sctl -f
${tree.flatMap(lines).join("\n")}
`;
}

const quoted = (text: string): string =>
  `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

function lines({ place, children, options, words, names }: CompletedCommand): readonly string[] {
  const at = `complete -c sctl -n ${quoted(`__sctl_at "${place}"`)}`;
  return [
    ...children.map(({ name, description }) => `${at} -a ${name} -d ${quoted(description)}`),
    ...options.map((option) => {
      const where = place === "" ? "complete -c sctl" : at;
      return `${where} ${flagsOf(option)} -d ${quoted(option.description)}`;
    }),
    ...(words.length === 0 ? [] : [`${at} -a ${quoted(words.join(" "))}`]),
    ...(names === undefined ? [] : [`${at} -a ${quoted(namesBy(nameQuestions[names]))}`]),
  ];
}

const namesBy = ({ words, key }: { readonly words: string; readonly key: string }): string =>
  `(__sctl_names ${quoted(nameFilter(key))} ${words})`;

function flagsOf({ flags, takesValue, choices, isFile, names }: CompletedOption): string {
  const said = flags.map((flag) =>
    flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  );
  if (!takesValue) return said.join(" ");
  if (isFile) return [...said, "-r -F"].join(" ");
  const offered = names === undefined ? choices.join(" ") : namesBy(nameQuestions[names]);
  return [...said, "-x", ...(offered === "" ? [] : [`-a ${quoted(offered)}`])].join(" ");
}
