import type { Problem } from "@sc/contracts";

/** The server answered, and the answer is no. */
export class ApiError extends Error {
  /** `SC_…`, as in `docs/reference/errors.md`. */
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  /** The field of the request that is at fault, when it is one. */
  readonly field: string | undefined;
  /** Every fault, when there may be several. */
  readonly errors: NonNullable<Problem["errors"]>;

  constructor(problem: Pick<Problem, "code" | "status" | "detail" | "field" | "errors">) {
    super(problem.detail);
    this.name = "ApiError";
    this.code = problem.code;
    this.status = problem.status;
    this.detail = problem.detail;
    this.field = problem.field;
    this.errors = problem.errors ?? [];
  }
}

/** Nobody answered. */
export class ServerUnreachable extends Error {
  readonly code = "SC_SERVER_UNREACHABLE";
  /** The socket's path, or the URL. */
  readonly address: string;

  constructor(at: { readonly address: string; readonly why: string }, options?: ErrorOptions) {
    super(`no server answers on ${at.address}: ${at.why}`, options);
    this.name = "ServerUnreachable";
    this.address = at.address;
  }
}
