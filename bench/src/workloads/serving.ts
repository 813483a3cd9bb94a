import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RealContainer } from "@sc/lxc/testing";
import { until } from "@sc/server/testing";

const startSecondsMax = 30;

/** Starts a program that stays, inside the container; what it said comes with the error otherwise. */
export async function startServing(options: {
  readonly container: RealContainer;
  readonly command: string;
  readonly uid?: number;
  readonly isReady: () => boolean | Promise<boolean>;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { container, command, uid, isReady, signal } = options;
  const child = container.attach(["sh", "-c", `exec ${command} >/srv/log 2>&1`], uid);
  try {
    await until(
      "it answers",
      () => {
        signal.throwIfAborted();
        if (child.exitCode !== null) throw new Error("it ended");
        return isReady();
      },
      startSecondsMax,
    );
  } catch (cause) {
    const said = readFileSync(join(container.root, "srv/log"), "utf8");
    throw new Error(`${command} did not start; it said:\n${said}`, { cause });
  }
}
