const periodMs = 1000;

/**
 * Seconds, until q or Ctrl-C. The keyboard is read key by key meanwhile, and is as it was after
 * `stop`.
 */
export function secondsUntilKey(): { nextTick(): Promise<boolean>; stop(): void } {
  const { stdin } = process;
  const hasKeys = stdin.isTTY === true;
  const { promise: left, resolve: leave } = Promise.withResolvers<false>();
  const onKey = (key: Buffer): void => {
    if (key.includes("q") || key.includes("\u0003")) leave(false);
  };
  const onInterrupt = (): void => leave(false);
  if (hasKeys) {
    stdin.setRawMode(true);
    stdin.on("data", onKey);
  }
  process.once("SIGINT", onInterrupt);
  return {
    nextTick: () => {
      const { promise, resolve } = Promise.withResolvers<true>();
      const timer = setTimeout(() => resolve(true), periodMs);
      return Promise.race([promise, left]).finally(() => clearTimeout(timer));
    },
    stop: () => {
      process.off("SIGINT", onInterrupt);
      if (!hasKeys) return;
      stdin.off("data", onKey);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}
