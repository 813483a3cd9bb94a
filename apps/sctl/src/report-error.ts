/** What scripts may rely on; `docs/reference/cli.md` says the same. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  unknownStructure: 4,
  problemsFound: 5,
} as const;

const exitCodeOfCode = new Map<string, number>([
  ["SC_USAGE", exitCodes.usage],
  ["SC_SERVER_UNREACHABLE", exitCodes.unreachable],
  ["SC_STRUCTURE_UNKNOWN", exitCodes.unknownStructure],
  ["SC_PROBLEMS_FOUND", exitCodes.problemsFound],
]);

const nextSteps = new Map<string, string>([
  ["SC_SERVER_UNREACHABLE", "start it with `./sctl start`, or name another with --socket or --url"],
  ["SC_STRUCTURE_UNKNOWN", "`./sctl ls` lists what is there"],
  ["SC_RULE_UNKNOWN", "`./sctl rules` lists what is there"],
  ["SC_RULE_INVALID", "`./sctl rules get NAME` shows one that works"],
  ["SC_SERVICE_UNKNOWN", "`./sctl settings` lists what is there"],
  ["SC_STORE_STALE_REVISION", "someone was faster: look at it again, then repeat the change"],
  ["SC_VALUE_OUT_OF_RANGE", "choose a value within"],
  ["SC_NAME_INVALID", "`./sctl ls` shows the names"],
  ["SC_TOKEN_NEEDED", "add --token-file FILE, or use the socket"],
  ["SC_TOKEN_UNREADABLE", "name a file that can be read, or use the socket"],
  ["SC_STATE_NOT_SAVED", "make room in the state folder and try again"],
  ["SC_HISTORY_UNAVAILABLE", "`./sctl doctor` says why"],
  ["SC_STREAMS_EXHAUSTED", "end another watch, or try again later"],
  ["SC_STREAM_ENDED", "look at `./sctl health` and watch again"],
  [
    "SC_RELEASE_INCOMPLETE",
    "try again, or stop the server and use `./sctl release --all --offline`",
  ],
  ["SC_NOT_CONFIRMED", "`--yes` goes on without asking"],
  ["SC_SERVER_RUNNING", "ask it instead, or stop it first"],
  ["SC_NOT_PERMITTED", "run it as root"],
  ["SC_PROBLEMS_FOUND", "each says above what to do"],
  ["SC_CONFIG_INVALID", "docs/reference/configuration.md lists every key"],
  ["SC_ANSWER_MALFORMED", "check --socket and --url"],
  ["SC_USAGE", "`./sctl --help` lists the commands"],
]);
/** Every code of ours stands there. */
const nextStepOfOthers = "docs/reference/errors.md says what to do";

export interface ReportedError {
  readonly exitCode: number;
  /** For stderr: code, what happened, what to do next. */
  readonly text: string;
}

export function reportError(error: unknown): ReportedError {
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  // Not one of our codes: a bug, whose place in the code is what helps.
  if (code === undefined) {
    const place = error instanceof Error ? error.stack : undefined;
    return {
      exitCode: exitCodes.failed,
      text: `sctl: unexpected failure: ${place ?? message}\nplease report it with this text`,
    };
  }
  return {
    exitCode: exitCodeOfCode.get(code) ?? exitCodes.failed,
    text: `sctl: ${code}: ${message}; ${nextSteps.get(code) ?? nextStepOfOthers}`,
  };
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const { code } = error;
  return typeof code === "string" && code.startsWith("SC_") ? code : undefined;
}
