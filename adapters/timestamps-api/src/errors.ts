import type { ExperimentProblem } from "@sc/ports";

/** What is answered in place of what was asked for, in the words of the published interface. */
export class Refused extends Error {
  readonly status: number;
  readonly issues: Readonly<Record<string, string>> | undefined;

  constructor(status: number, message: string, issues?: Readonly<Record<string, string>>) {
    super(message);
    this.name = "Refused";
    this.status = status;
    this.issues = issues;
  }
}

const statuses: Readonly<Record<ExperimentProblem["code"], number>> = {
  SC_EXPERIMENT_UNKNOWN: 404,
  SC_EXPERIMENT_NOT_TIMED: 400,
  SC_EXPERIMENTS_TOO_MANY: 400,
  SC_STORE_STALE_REVISION: 412,
  SC_STATE_NOT_SAVED: 503,
  SC_HISTORY_UNAVAILABLE: 503,
  SC_NOT_READY: 503,
};

export const refusedFor = ({ code, message }: ExperimentProblem): Refused =>
  new Refused(statuses[code], message);

/** The body of a refusal. */
export const refusalBody = ({ status, message, issues }: Refused): object => ({
  _status: "ERR",
  ...(issues !== undefined && { _issues: issues }),
  _error: { code: status, message },
});
