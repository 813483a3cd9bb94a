import { spawnSync } from "node:child_process";

/** Long enough to be throttled by a limit that was taken down. */
const burstSeconds = 0.1;

/** How many turns of the shell's loop take so many seconds of one core here. */
export function turnsPerBurst(): number {
  const turns = 200_000;
  const before = performance.now();
  spawnSync("sh", ["-c", `n=0; while [ $n -lt ${turns} ]; do n=$((n+1)); done`]);
  return Math.round((turns / ((performance.now() - before) / 1000)) * burstSeconds);
}

/** Ends by itself when the run was killed. */
const whileRunning = (body: string): string =>
  `while [ -d /proc/${process.pid} ]; do ${body}; done`;

/** Bursts of one core, with so many seconds of rest between two. */
export const busyCommand = (turns: number, restSeconds: number): string =>
  whileRunning(
    `sleep ${restSeconds.toFixed(1)}; n=0; while [ $n -lt ${turns} ]; do n=$((n+1)); done`,
  );

/** Takes memory in steps of 2 MiB, keeps it for a while and gives it back: `tail` holds a line whole. */
export const eatingCommand = (steps: number, restSeconds: number): string => {
  const step = "head -c 2097152 /dev/zero; sleep 0.5";
  const eaten = Array.from({ length: steps }, () => step).join("; ");
  return whileRunning(
    `{ ${eaten}; sleep 5; } | tail -n 1 >/dev/null; sleep ${restSeconds.toFixed(1)}`,
  );
};
