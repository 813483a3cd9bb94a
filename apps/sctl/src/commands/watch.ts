import type { StreamMessage, StreamTopic, Structure } from "@sc/contracts";
import { CommandFailed } from "../errors.ts";
import { limit, number, numberIfKnown } from "../output/describe-values.ts";
import { printable } from "../output/printable.ts";
import type { Session, Terminal } from "../session.ts";

export interface WatchOptions {
  readonly structure?: string | undefined;
  readonly topics?: readonly StreamTopic[] | undefined;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Snapshots come every second and say what `top` shows, so they come only when asked for. */
const topicsUnlessNamed: readonly StreamTopic[] = [
  "events",
  "requests",
  "changes",
  "rules",
  "settings",
];

/** What happens, as it happens, one line each. */
export async function watch(session: Session, options: WatchOptions): Promise<void> {
  const { structure, signal, topics = topicsUnlessNamed } = options;
  // A stream never says that a name is wrong: it would be silent forever.
  if (structure !== undefined) await session.api.structure(structure);
  const write = await writerFor(session);
  for await (const message of session.api.stream({ topics, structure, signal })) write(message);
  if (signal.aborted) return;
  throw new CommandFailed("SC_STREAM_ENDED", "the server closed the stream");
}

async function writerFor({ format, terminal }: Session): Promise<(message: StreamMessage) => void> {
  switch (format) {
    case "table":
      return (message) => terminal.write(`${printable(lineOf(message, terminal))}\n`);
    case "json":
      return (message) => terminal.write(`${JSON.stringify(message)}\n`);
    case "yaml": {
      const { stringify } = await import("yaml");
      return (message) => terminal.write(`---\n${stringify(message)}`);
    }
    default:
      return format satisfies never;
  }
}

const topicWidth = "structures".length;

function lineOf(message: StreamMessage, terminal: Terminal): string {
  const { stamp, words } = describe(message, terminal.now());
  const wall = stamp + terminal.utcOffsetSeconds(stamp);
  return `${new Date(wall * 1000).toISOString().slice(11, 23)}  ${message.topic.padEnd(topicWidth)}  ${words}`;
}

interface Described {
  readonly stamp: number;
  readonly words: string;
}

function describe(message: StreamMessage, now: number): Described {
  switch (message.topic) {
    case "structures":
      return { stamp: now, words: message.data.map(describeStructure).join("; ") || "none" };
    case "events": {
      const { structure, resource, direction, used, threshold, stamp } = message.data;
      const side = direction === "up" ? "above upper" : "below lower";
      const words = `${structure} ${resource} ${numberIfKnown(used)} is ${side} ${number(threshold)}`;
      return { stamp, words };
    }
    case "requests": {
      const { structure, resource, from, amount, reason, held, stamp } = message.data;
      const step = `${number(from)}→${number(from + amount)}`;
      const outcome = held === undefined ? "wanted" : "wanted and held";
      const why = held === undefined ? reason.text : `${reason.text}; ${held.text}`;
      return { stamp, words: `${structure} ${resource} ${step} ${outcome}: ${why}` };
    }
    case "changes": {
      const { structure, resource, outcome, author, reason, stamp } = message.data;
      const step = `${limit(message.data.old)}→${limit(message.data.new)}`;
      const words = `${structure} ${resource} ${step} ${outcome} by ${author}: ${reason.text}`;
      return { stamp, words };
    }
    case "rules": {
      const { data } = message;
      const what = "isRemoved" in data ? "is removed" : `revision ${data.revision}`;
      return { stamp: now, words: `${data.name} ${what}` };
    }
    case "settings":
      return { stamp: now, words: `${message.data.service} revision ${message.data.revision}` };
    default:
      return message satisfies never;
  }
}

const describeStructure = ({ name, resources: { cpu, mem } }: Structure): string =>
  `${name} cpu ${numberIfKnown(cpu.used)}/${limit(cpu.current)} mem ${numberIfKnown(mem.used)}/${limit(mem.current)}`;
