import type { ServiceName, ServiceSettings } from "@sc/domain";

/** Settings that are each within their bounds, and cannot be in force together. */
export interface Contradiction {
  /** The settings it is between, by service. */
  readonly fields: Partial<Readonly<Record<ServiceName, readonly string[]>>>;
  readonly text: string;
}

const hoursPerDay = 24;

export function findContradictions(settings: ServiceSettings): readonly Contradiction[] {
  const { guardian, "node-agent": agent, "database-snapshoter": history } = settings;
  const found: Contradiction[] = [];
  const windowSeconds = guardian.windowSeconds ?? 0;
  if (windowSeconds > 0 && windowSeconds < agent.autoSeconds) {
    found.push({
      fields: { guardian: ["windowSeconds"], "node-agent": ["autoSeconds"] },
      text:
        `a window of ${windowSeconds} s (guardian windowSeconds) is shorter than the ` +
        `sampling period of ${agent.autoSeconds} s (node-agent autoSeconds)`,
    });
  }
  if (history.tenSecondDays * hoursPerDay < history.rawHours) {
    found.push({
      fields: { "database-snapshoter": ["rawHours", "tenSecondDays"] },
      text: `${history.tenSecondDays} days of 10 s are less than rawHours, ${history.rawHours} h`,
    });
  }
  if (history.minuteDays < history.tenSecondDays) {
    found.push({
      fields: { "database-snapshoter": ["tenSecondDays", "minuteDays"] },
      text: `${history.minuteDays} days of minutes are less than tenSecondDays, ${history.tenSecondDays}`,
    });
  }
  return found;
}
