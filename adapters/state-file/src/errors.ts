/** The state file is there and cannot be understood; it is left as it is. */
export class StateUnreadable extends Error {
  readonly code = "SC_STATE_UNREADABLE";
  readonly path: string;

  constructor(path: string, why: string, options?: ErrorOptions) {
    super(
      `${path} cannot be understood: ${why}. The file was left alone: put a good copy in its place, ` +
        "or move it away to start with the defaults (every container in observe)",
      options,
    );
    this.name = "StateUnreadable";
    this.path = path;
  }
}
