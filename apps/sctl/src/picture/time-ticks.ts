import type { Range } from "./linear-scale.ts";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Distances people read from a clock or a calendar; a longer one is a whole number of weeks. */
const distances: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * minute),
  ...[1, 2, 3, 6, 12].map((hours) => hours * hour),
  ...[1, 2, 7].map((days) => days * day),
];

export interface TimeTick {
  readonly stamp: number;
  readonly label: string;
}

/** Round moments of the clock on the wall, at most `count` distances. */
export function timeTicks(
  range: Range,
  options: { readonly count: number; readonly utcOffsetSeconds: (stamp: number) => number },
): readonly TimeTick[] {
  const offset = options.utcOffsetSeconds(range.from);
  const least = Math.max(range.to - range.from, 1) / options.count;
  const distance =
    distances.find((each) => each >= least) ?? Math.ceil(least / (7 * day)) * 7 * day;
  const first = Math.ceil((range.from + offset) / distance);
  const last = Math.floor((range.to + offset) / distance);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => {
    const wall = (first + index) * distance;
    return { stamp: wall - offset, label: labelOf(wall, distance) };
  });
}

/** Midnight is where a day begins: its date says more than `00:00`. */
function labelOf(wall: number, distance: number): string {
  const { date, time } = wallClock(wall);
  if (wall % day === 0) return date;
  return distance < minute ? time : time.slice(0, 5);
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** `29 Nov`, `2026` and `14:05:30` of seconds that already hold the offset from UTC. */
export function wallClock(wall: number): {
  readonly date: string;
  readonly year: string;
  readonly time: string;
} {
  const iso = new Date(Math.round(wall) * 1000).toISOString();
  const [year = "", month = "", dayOfMonth = ""] = iso.slice(0, 10).split("-");
  return {
    date: `${Number(dayOfMonth)} ${months[Number(month) - 1] ?? month}`,
    year,
    time: iso.slice(11, 19),
  };
}

/** `UTC`, `UTC+2`, `UTC+5:30`. */
export function zoneLabel(offsetSeconds: number): string {
  if (offsetSeconds === 0) return "UTC";
  const size = Math.abs(offsetSeconds);
  const minutes = Math.round((size % hour) / minute);
  const text = `${Math.floor(size / hour)}${minutes === 0 ? "" : `:${String(minutes).padStart(2, "0")}`}`;
  return `UTC${offsetSeconds < 0 ? "−" : "+"}${text}`;
}
