import type { Health, Resource, Structure } from "@sc/contracts";
import { numberIfKnown, percent, utilization } from "../output/describe-values.ts";
import { printable } from "../output/printable.ts";
import type { Session } from "../session.ts";
import { structureTable } from "./ls.ts";

const home = "\x1b[H";
const clearLine = "\x1b[K";
const clearBelow = "\x1b[J";
const openScreen = "\x1b[?1049h\x1b[?25l";
const closeScreen = "\x1b[?25h\x1b[?1049l";

export interface TopOptions {
  readonly once: boolean;
  /** Waits for the next drawing; `false` = the person wants to leave. */
  readonly nextTick: () => Promise<boolean>;
}

/** All containers, the busiest first, drawn anew each second; plain lines where nobody watches. */
export async function top(session: Session, { once, nextTick }: TopOptions): Promise<void> {
  const { terminal } = session;
  if (once || !terminal.isInteractive) {
    do {
      terminal.write(`${await draw(session)}\n`);
    } while (!once && (await nextTick()));
    return;
  }
  terminal.write(openScreen);
  try {
    do {
      const lines = (await draw(session)).split("\n").slice(0, terminal.rows - 1);
      terminal.write(
        `${home}${lines.map((line) => `${line}${clearLine}`).join("\n")}\n${clearBelow}`,
      );
    } while (await nextTick());
  } finally {
    terminal.write(closeScreen);
  }
}

async function draw({ api, terminal }: Session): Promise<string> {
  const [health, structures] = await Promise.all([api.health(), api.structures()]);
  const busiestFirst = structures.toSorted(
    (a, b) => (b.resources.cpu.used ?? -1) - (a.resources.cpu.used ?? -1),
  );
  const text = `${headLine(health, structures)}\n\n${structureTable(busiestFirst, terminal)}`;
  return printable(text);
}

function headLine(health: Health, structures: readonly Structure[]): string {
  const total = (read: (accounting: Structure["accounting"]) => number) =>
    structures.reduce((sum, { accounting }) => sum + read(accounting), 0);
  const allocated = total(({ allocatedCoreSeconds }) => allocatedCoreSeconds);
  const used = total(({ usedCoreSeconds }) => usedCoreSeconds);
  const usedNow = (resource: Resource) =>
    structures.reduce((sum, { resources }) => sum + (resources[resource]?.used ?? 0), 0);
  return [
    `${health.host}: ${health.status}${health.isPaused ? ", paused" : ""}`,
    `${health.containers} containers, ${health.inAuto} in auto`,
    `${numberIfKnown(usedNow("cpu"))} shares and ${Math.round(usedNow("mem"))} MiB used`,
    `cpu utilization ${percent(utilization(used, allocated))}`,
  ].join(" · ");
}
