import type { Session } from "../session.ts";
import { printable } from "./printable.ts";

/** Data for programs, or the same as `describe` puts it for people. */
export async function print<Data>(
  { format, terminal }: Pick<Session, "format" | "terminal">,
  data: Data,
  describe: (data: Data) => string,
): Promise<void> {
  switch (format) {
    case "table":
      return terminal.write(`${printable(describe(data))}\n`);
    case "json":
      return terminal.write(`${JSON.stringify(data, undefined, 2)}\n`);
    case "yaml": {
      const { stringify } = await import("yaml");
      return terminal.write(stringify(data));
    }
    default:
      return format satisfies never;
  }
}
