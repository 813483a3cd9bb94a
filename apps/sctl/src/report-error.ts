/** What scripts may rely on; `docs/reference/cli.md` says the same. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  unknownStructure: 4,
} as const;

const exitCodeOfCode = new Map<string, number>([
  ["SC_USAGE", exitCodes.usage],
  ["SC_SERVER_UNREACHABLE", exitCodes.unreachable],
  ["SC_STRUCTURE_UNKNOWN", exitCodes.unknownStructure],
]);

const nextSteps = new Map<string, string>([
  ["SC_SERVER_UNREACHABLE", "start it with `./sctl start`, or name another with --socket or --url"],
  ["SC_STRUCTURE_UNKNOWN", "`./sctl ls` lists what is there"],
  ["SC_TOKEN_NEEDED", "add --token-file FILE, or use the socket"],
  ["SC_STATE_NOT_SAVED", "make room in the state folder and try again"],
  [
    "SC_RELEASE_INCOMPLETE",
    "try again, or stop the server and use `./sctl release --all --offline`",
  ],
  ["SC_CONFIG_INVALID", "docs/reference/configuration.md lists every key"],
  ["SC_USAGE", "`./sctl --help` lists the commands"],
]);

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
    return { exitCode: exitCodes.failed, text: `sctl: unexpected failure: ${place ?? message}` };
  }
  const nextStep = nextSteps.get(code);
  return {
    exitCode: exitCodeOfCode.get(code) ?? exitCodes.failed,
    text: `sctl: ${code}: ${message}${nextStep === undefined ? "" : `; ${nextStep}`}`,
  };
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const { code } = error;
  return typeof code === "string" && code.startsWith("SC_") ? code : undefined;
}
