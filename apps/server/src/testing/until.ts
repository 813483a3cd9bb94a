import { setTimeout as delay } from "node:timers/promises";

/** Asks until the answer is yes; throws when it was not within so many seconds. */
export async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  timeoutSeconds: number,
): Promise<void> {
  const end = performance.now() + timeoutSeconds * 1000;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`not within ${timeoutSeconds} s: ${what}`);
    await delay(20);
  }
}
