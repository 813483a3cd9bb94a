/** Another agent of this host is running. */
export class LockHeld extends Error {
  readonly code = "SC_LOCK_HELD";
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(
      `the lock ${path} cannot be taken: another server with this run folder is running, ` +
        "and a host has one agent (stop the other one, or give this one another runFolder)",
      { cause },
    );
    this.path = path;
  }
}
