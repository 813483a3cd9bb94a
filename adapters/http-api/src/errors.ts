import type { Problem } from "@sc/contracts";

/** A request that is answered with problem details. */
export class RequestRefused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = "RequestRefused";
    this.problem = problem;
  }
}

/** The API cannot be reached where the configuration says. */
export class ListenFailed extends Error {
  readonly code: "SC_SERVER_RUNNING" | "SC_SOCKET_UNUSABLE" | "SC_LISTEN_FAILED";
  /** The socket's path, or host and port. */
  readonly address: string;

  constructor(
    code: ListenFailed["code"],
    at: { readonly address: string; readonly why: string },
    options?: ErrorOptions,
  ) {
    super(`the API cannot listen on ${at.address}: ${at.why}`, options);
    this.name = "ListenFailed";
    this.code = code;
    this.address = at.address;
  }
}

/** The token file is there and holds no token. */
export class TokenUnreadable extends Error {
  readonly code = "SC_TOKEN_UNREADABLE";
  readonly path: string;

  constructor(path: string, why: string, options?: ErrorOptions) {
    super(
      `${path} cannot be used: ${why}; remove it and a new token is made at the start`,
      options,
    );
    this.name = "TokenUnreadable";
    this.path = path;
  }
}
