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

/** What is where the lock belongs is no lock. It may be another server's all the same, so it stays. */
export class LockUnusable extends Error {
  readonly code = "SC_LOCK_UNUSABLE";
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(
      `the file ${path} is no lock (${cause instanceof Error ? cause.message : String(cause)}): ` +
        "remove it, when no other server is running",
      { cause },
    );
    this.name = "LockUnusable";
    this.path = path;
  }
}

/** A folder that decides what is written to the kernel can be changed by other users. */
export class FolderUnsafe extends Error {
  readonly code = "SC_FOLDER_UNSAFE";
  readonly path: string;

  constructor(path: string, why: string) {
    super(
      `the folder ${path} is not safe: ${why}, and who writes there decides what the server writes; ` +
        `look what lies in it, then: chown $(id -u) ${path} && chmod go-w ${path}`,
    );
    this.name = "FolderUnsafe";
    this.path = path;
  }
}
