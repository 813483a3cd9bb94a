import { printable } from "./output/printable.ts";
import type { Terminal } from "./session.ts";

/** The terminal this process was started from. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  return {
    isInteractive: stdin.isTTY === true && stdout.isTTY === true,
    get rows() {
      return stdout.rows ?? 24;
    },
    get columns() {
      return stdout.columns ?? 80;
    },
    now: () => Date.now() / 1000,
    utcOffsetSeconds: (stamp) => new Date(stamp * 1000).getTimezoneOffset() * -60,
    write: (text) => {
      stdout.write(text);
    },
    note: (text) => {
      stderr.write(`${printable(text)}\n`);
    },
    confirm: async (question) => {
      const { createInterface } = await import("node:readline/promises");
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
      } finally {
        lines.close();
      }
    },
  };
}
