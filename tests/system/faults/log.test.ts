/* Rows of `docs/operating/failure-modes.md`: nobody takes what the server logs. */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { describe } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, Scene } from "../scene.ts";
import { type Expected, faultRow } from "./fault-row.ts";

/** A change of settings is a line. */
async function makeItLog({ server }: Scene): Promise<void> {
  for (const min of [11, 10]) await server.api.setLimits("web", { resource: "cpu", min });
}

async function proveSilent(
  expected: Expected,
  fault: { readonly mount: string; readonly strike: (scene: Scene) => void },
): Promise<void> {
  await using scene = await Scene.open(expected.row.id, {
    containers: ["web"],
    mount: fault.mount,
  });
  await eventually("it is squeezed", () => scene.container("web").isSqueezed());
  fault.strike(scene);
  await makeItLog(scene);
  const struck = { scene, victim: "web" };
  await expected.isSeen(struck);
  await expected.holds(struck);
}

/** To the last byte, through the server's own view of its folders. */
function fillLogDisk({ server }: Scene): void {
  const file = openSync(`/proc/${server.pid}/root${server.folder}/log-disk/log`, "a");
  try {
    for (;;) writeSync(file, " ");
  } catch {
    // It is full.
  } finally {
    closeSync(file);
  }
}

describe("a server that cannot log", { skip: whyNoRealGroups(), concurrency: 2 }, () => {
  faultRow("log-disk-full", (expected) =>
    proveSilent(expected, {
      mount: `mkdir "$0/log-disk"; mount -t tmpfs -o size=16k tmpfs "$0/log-disk"
        exec 2>>"$0/log-disk/log"`,
      strike: fillLogDisk,
    }),
  );

  faultRow("log-reader-gone", (expected) =>
    proveSilent(expected, {
      mount: `mkfifo "$0/pipe"; cat "$0/pipe" >/dev/null & echo $! >"$0/reader"; exec 2>"$0/pipe"`,
      strike: ({ server }) => {
        process.kill(Number(readFileSync(`${server.folder}/reader`, "utf8")), "SIGKILL");
        rmSync(`${server.folder}/pipe`);
      },
    }),
  );
});
