/** The command was called in a way that cannot work. */
export class UsageError extends Error {
  readonly code = "SC_USAGE";

  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** The command was understood and did not do (all of) what was asked. */
export class CommandFailed extends Error {
  readonly code:
    | "SC_CONFIG_INVALID"
    | "SC_NOT_CONFIRMED"
    | "SC_PROBLEMS_FOUND"
    | "SC_RELEASE_INCOMPLETE"
    | "SC_STREAM_ENDED"
    | "SC_TOKEN_UNREADABLE";

  constructor(code: CommandFailed["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CommandFailed";
    this.code = code;
  }
}
