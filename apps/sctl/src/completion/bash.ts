import {
  type CompletedCommand,
  type NameKind,
  nameFilter,
  nameQuestions,
  places,
  quoted,
  valueFlags,
} from "./completion-tree.ts";

/** A script for bash 4 and later: `source <(./sctl completion bash)`. */
export function bashCompletion(tree: readonly CompletedCommand[]): string {
  return `# Completion of sctl for bash, made by \`sctl completion bash\`.
_sctl_names() {
  "\${COMP_WORDS[0]}" $1 2>/dev/null | sed -n "$2"
}

_sctl() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
  local place= given=0 i word
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case $word in
      ${valueFlags(tree).join("|")}) ((i++)); continue ;;
      -*) continue ;;
    esac
    case $place/$word in
      ${places(tree).join("|")}) place=$place/$word ;;
      *) ((given++)) ;;
    esac
  done
  COMPREPLY=()
  case $place:$prev in
${[...tree].reverse().flatMap(valueCases).join("\n")}
  esac
  local options=${quoted(flagsOf(tree[0]))} words= question= filter=
  case $place in
${tree.map(placeCase).join("\n")}
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$cur"))
    return
  fi
  if ((given > 0)); then
    return
  fi
  if [[ -n $question ]]; then
    words="$words $(_sctl_names "$question" "$filter")"
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}

complete -F _sctl sctl
`;
}

/** What may stand after an option. */
function valueCases({ place, options }: CompletedCommand): readonly string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ flags, choices, isFile, names }) => {
      const at = place === "" ? "*" : place;
      const pattern = flags.map((flag) => `${at}:${flag}`).join("|");
      const words =
        choices.length > 0
          ? `COMPREPLY=($(compgen -W ${quoted(choices.join(" "))} -- "$cur")); `
          : "";
      const files = isFile
        ? `compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); `
        : "";
      const asked =
        names === undefined
          ? ""
          : `COMPREPLY=($(compgen -W "$(_sctl_names ${asking(names)})" -- "$cur")); `;
      return `    ${pattern}) ${words}${files}${asked}return ;;`;
    });
}

const asking = (names: NameKind): string => {
  const { words, key } = nameQuestions[names];
  return `${quoted(words)} ${quoted(nameFilter(key))}`;
};

const flagsOf = (command: Pick<CompletedCommand, "options"> | undefined): string =>
  (command?.options ?? []).flatMap(({ flags }) => flags).join(" ");

function placeCase({ place, children, options, words, names }: CompletedCommand): string {
  const flags = flagsOf({ options });
  const first = [...children.map(({ name }) => name), ...words].join(" ");
  const question = names === undefined ? "" : nameQuestions[names].words;
  const filter = names === undefined ? "" : nameFilter(nameQuestions[names].key);
  return `    ${place === "" ? "''" : place})
      options+=${quoted(place === "" || flags === "" ? "" : ` ${flags}`)}
      words=${quoted(first)} question=${quoted(question)} filter=${quoted(filter)} ;;`;
}
