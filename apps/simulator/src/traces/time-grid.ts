import type { Gap } from "./series.ts";

/** Which readings are taken, and what lies between them. */
export interface TimeGrid {
  readonly stepSeconds: number;
  readonly rows: readonly GridRow[];
  readonly notes: readonly string[];
}

interface GridRow {
  readonly row: number;
  /** Nothing is known of so many seconds before it. */
  readonly gapSeconds: number;
}

/** A longer series is cut: a day shows what there is to see. */
const longestSeconds = 86_400;
/** A reading that is late by less is no gap, but a clock that was read late. */
const lateSteps = 1.5;
/** A reading so soon after another tells the same step again, as where clocks are set back. */
const soonSteps = 0.5;

/**
 * Puts readings on even steps. Stamps that go back are no times: where one is wrong, the order of the
 * rows is the better witness, and each is one step.
 */
export function timeGrid(
  stamps: readonly number[] | undefined,
  count: number,
  defaultStepSeconds: number,
): TimeGrid {
  const differences = (stamps ?? []).slice(1).map((stamp, index) => stamp - (stamps?.[index] ?? 0));
  const stepSeconds = median(differences.filter((each) => each > 0)) ?? defaultStepSeconds;
  const goneBack = differences.filter((each) => each < 0).length;
  if (stamps === undefined || goneBack > 0) {
    const note = `stamps go back ${goneBack} times: rows are taken in their order, ${stepSeconds} s each`;
    return { ...evenly(count, stepSeconds), notes: goneBack > 0 ? [note] : [] };
  }
  return fromStamps(stamps, stepSeconds);
}

function evenly(count: number, stepSeconds: number): Omit<TimeGrid, "notes"> {
  const most = Math.ceil(longestSeconds / stepSeconds);
  const rows = Array.from({ length: Math.min(count, most) }, (_, row) => ({ row, gapSeconds: 0 }));
  return { stepSeconds, rows };
}

function fromStamps(stamps: readonly number[], stepSeconds: number): TimeGrid {
  const rows: GridRow[] = [];
  const first = stamps[0] ?? 0;
  let before = first - stepSeconds;
  let early = 0;
  for (const [row, stamp] of stamps.entries()) {
    if (stamp - first >= longestSeconds) break;
    const steps = (stamp - before) / stepSeconds;
    if (steps < soonSteps) {
      early += 1;
      continue;
    }
    rows.push({ row, gapSeconds: steps > lateSteps ? stamp - before - stepSeconds : 0 });
    before = stamp;
  }
  const note = `${early} readings within half a step of the one before are left out`;
  return { stepSeconds, rows, notes: early > 0 ? [note] : [] };
}

/** Gaps that follow each other with nothing known between are one; before the first value is none. */
export function addGap(gaps: Gap[], atSeconds: number, seconds: number): void {
  if (seconds <= 0 || atSeconds === 0) return;
  const last = gaps.at(-1);
  if (last?.atSeconds !== atSeconds) gaps.push({ atSeconds, seconds });
  else gaps[gaps.length - 1] = { atSeconds, seconds: last.seconds + seconds };
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
