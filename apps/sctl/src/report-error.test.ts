import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ApiError, ServerUnreachable } from "@sc/api-client";
import { CommandFailed, UsageError } from "./errors.ts";
import { reportError } from "./report-error.ts";

const unknown = { code: "SC_STRUCTURE_UNKNOWN", status: 404, detail: "no container called x" };

describe("a failure becomes one line with code, cause and next step, and an exit code", () => {
  const cases: readonly (readonly [error: unknown, exitCode: number, said: RegExp])[] = [
    [
      new ServerUnreachable({ address: "/run/x.sock", why: "the socket is not there" }),
      3,
      /^sctl: SC_SERVER_UNREACHABLE: .*\/run\/x\.sock.*; start it with `\.\/sctl start`/,
    ],
    [new ApiError(unknown), 4, /^sctl: SC_STRUCTURE_UNKNOWN: no container called x; `\.\/sctl ls`/],
    [
      new ApiError({ ...unknown, code: "SC_NEW_CODE", status: 400 }),
      1,
      /^sctl: SC_NEW_CODE: [^;]*; docs\/reference\/errors\.md says/,
    ],
    [
      new ApiError({ ...unknown, code: "SC_VALUE_OUT_OF_RANGE", status: 400, detail: "min is 0" }),
      2,
      /^sctl: SC_VALUE_OUT_OF_RANGE: min is 0; choose a value within$/,
    ],
    [
      new ApiError({ ...unknown, code: "SC_RULE_UNKNOWN", detail: "no rule x" }),
      4,
      /^sctl: SC_RULE_UNKNOWN: no rule x; `\.\/sctl rules`/,
    ],
    [new UsageError("give a NAME"), 2, /^sctl: SC_USAGE: give a NAME; `\.\/sctl --help`/],
    [
      new CommandFailed("SC_NOT_CONFIRMED", "no"),
      1,
      /^sctl: SC_NOT_CONFIRMED: no; `--yes` goes on/,
    ],
    [new TypeError("a bug"), 1, /unexpected failure: TypeError: a bug\n/],
    ["not even an error", 1, /unexpected failure: not even an error\nplease report/],
  ];
  for (const [error, exitCode, said] of cases) {
    test(error instanceof Error ? `${error.name} ${error.message}` : String(error), () => {
      const reported = reportError(error);
      assert.equal(reported.exitCode, exitCode);
      assert.match(reported.text, said);
    });
  }
});
