import type { HostEvent } from "../cluster/host-event.ts";

/** What happens, for operators to read: `crash, downSeconds 4, isRestored false`. */
export function describeEvent(event: HostEvent): string {
  const details = Object.entries(event).flatMap(([key, value]: [string, unknown]) =>
    key === "kind" ? [] : [`${key} ${describeDetail(value)}`],
  );
  return [event.kind, ...details].join(", ");
}

function describeDetail(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined ? "none" : JSON.stringify(value);
}
