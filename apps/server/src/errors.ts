/** The server was told something in its start that it cannot work with. */
export class ServerRefused extends Error {
  readonly code: "SC_NOT_LINUX" | "SC_NOT_PERMITTED" | "SC_RULE_INVALID" | "SC_SERVER_RUNNING";

  constructor(code: ServerRefused["code"], message: string) {
    super(message);
    this.code = code;
  }
}
