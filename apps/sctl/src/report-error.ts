import { nextStepFor } from "./next-steps.ts";

/** What scripts may rely on; `docs/reference/cli.md` says the same. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  unknown: 4,
  problemsFound: 5,
} as const;

const exitCodeOfCode = new Map<string, number>([
  ["SC_USAGE", exitCodes.usage],
  // The same, found by the server, which knows the bounds.
  ["SC_NAME_INVALID", exitCodes.usage],
  ["SC_REQUEST_INVALID", exitCodes.usage],
  ["SC_POLICY_UNKNOWN", exitCodes.usage],
  ["SC_IMPORT_REFUSED", exitCodes.usage],
  ["SC_REPLAY_UNSUPPORTED", exitCodes.usage],
  ["SC_RULE_INVALID", exitCodes.usage],
  ["SC_VALUE_OUT_OF_RANGE", exitCodes.usage],
  ["SC_SERVER_UNREACHABLE", exitCodes.unreachable],
  ["SC_STRUCTURE_UNKNOWN", exitCodes.unknown],
  ["SC_RULE_UNKNOWN", exitCodes.unknown],
  ["SC_SERVICE_UNKNOWN", exitCodes.unknown],
  ["SC_PROBLEMS_FOUND", exitCodes.problemsFound],
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
    return {
      exitCode: exitCodes.failed,
      text: `sctl: unexpected failure: ${place ?? message}\nplease report it with this text`,
    };
  }
  return {
    exitCode: exitCodeOfCode.get(code) ?? exitCodes.failed,
    text: `sctl: ${code}: ${message}; ${nextStepFor(code)}`,
  };
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const { code } = error;
  return typeof code === "string" && code.startsWith("SC_") ? code : undefined;
}
