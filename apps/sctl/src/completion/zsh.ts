import {
  type CompletedCommand,
  type NameKind,
  nameFilter,
  nameQuestions,
  places,
  quoted,
  valueFlags,
} from "./completion-tree.ts";

/** A script for zsh, to be sourced or put into fpath as `_sctl`. */
export function zshCompletion(tree: readonly CompletedCommand[]): string {
  return `#compdef sctl
# Completion of sctl for zsh, made by \`sctl completion zsh\`.
_sctl() {
  local cur=\${words[CURRENT]} prev=\${words[CURRENT - 1]}
  local place= word
  local -i given=0 i
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
    case $word in
      ${valueFlags(tree).join("|")}) ((i++)); continue ;;
      -*) continue ;;
    esac
    case $place/$word in
      ${places(tree).join("|")}) place=$place/$word ;;
      *) ((given++)) ;;
    esac
  done
  case $place:$prev in
${[...tree].reverse().flatMap(valueCases).join("\n")}
  esac
  local -a first options=(${optionWords(tree[0])})
  local question= filter=
  case $place in
${tree.map(placeCase).join("\n")}
  esac
  if [[ $cur == -* ]]; then
    _describe -o option options
    return
  fi
  ((given > 0)) && return
  [[ -n $question ]] && first+=(\${(f)"$(\${words[1]} \${=question} 2>/dev/null | sed -n $filter)"})
  _describe word first
}

if [[ \${funcstack[1]} == _sctl ]]; then
  _sctl "$@"
else
  compdef _sctl sctl
fi
`;
}

function valueCases({ place, options }: CompletedCommand): readonly string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ flags, choices, isFile, names }) => {
      const at = place === "" ? "*" : place;
      const pattern = flags.map((flag) => `${at}:${flag}`).join("|");
      const words = choices.length > 0 ? `compadd -- ${choices.join(" ")}; ` : "";
      const asked = names === undefined ? "" : `compadd -- ${namesOf(names)}; `;
      return `    ${pattern}) ${words}${isFile ? "_files; " : ""}${asked}return ;;`;
    });
}

const namesOf = (kind: NameKind): string => {
  const { words, key } = nameQuestions[kind];
  return `\${(f)"$(\${words[1]} ${words} 2>/dev/null | sed -n ${quoted(nameFilter(key))})"}`;
};

const optionWords = (command: Pick<CompletedCommand, "options"> | undefined): string =>
  (command?.options ?? [])
    .flatMap(({ flags, description }) => flags.map((flag) => described(flag, description)))
    .join(" ");

function placeCase({ place, children, options, words, names }: CompletedCommand): string {
  const first = [
    ...children.map(({ name, description }) => described(name, description)),
    ...words.map(quoted),
  ];
  const asked =
    names === undefined
      ? ""
      : `\n      question=${quoted(nameQuestions[names].words)} filter=${quoted(nameFilter(nameQuestions[names].key))}`;
  return `    ${place === "" ? "''" : place})
      options+=(${place === "" ? "" : optionWords({ options })})
      first=(${first.join(" ")})${asked} ;;`;
}

/** In a description a colon ends the word. */
const described = (word: string, description: string): string =>
  quoted(`${word.replaceAll(":", "\\:")}:${description}`);
