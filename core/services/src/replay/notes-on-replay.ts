import type { ReplayView } from "@sc/ports";

/** Steps in which the peaks of a load are still to be seen. */
const fineStepSeconds = 1;

/** What the figures of a replay cannot say, and which of them to doubt. */
export function notesOn(view: Omit<ReplayView, "notes">): readonly string[] {
  const { brakes, coverage, max, resource, stepSeconds, was } = view;
  const throttled = was.throttledRatio ?? 0;
  const notes = [
    [
      throttled > 0,
      `it was throttled for ${percent(throttled)} of the time: more may have been wanted than was used`,
    ],
    [
      coverage.ratio < 1,
      `${percent(1 - coverage.ratio)} of the time is not known and was left out, not taken as zero`,
    ],
    [
      stepSeconds > fineStepSeconds,
      `usage is known as means over ${stepSeconds} s: shorter peaks are not in it, and a limit that ` +
        "would have been too low for them looks better than it is",
    ],
    [
      resource === "cpu",
      "within a step the work comes by chance, in pieces of 10 ms; the host is never full",
    ],
    [
      resource === "mem",
      "page cache is not in the history: what a lower limit costs in reading again is not told",
    ],
    [
      brakes === "none",
      "no brakes: the first shrink came at once, and shrinks were as large as asked",
    ],
    [true, `the limit began at max (${max}), and the policy knew nothing of before`],
  ] as const;
  return notes.flatMap(([holds, text]) => (holds ? [text] : []));
}

/** Rounded away from nothing: a gap of a second in a week is a gap. */
const percent = (ratio: number): string => `${Math.max(Math.round(ratio * 1000) / 10, 0.1)} %`;
