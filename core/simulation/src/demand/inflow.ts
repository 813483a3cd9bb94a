/**
 * What came in from 0 up to a moment: the integral of a rate, so that the amount of a stretch of any
 * length is one difference. Of cores it is work in core-seconds, of requests a second it is requests.
 */
export type Inflow = (untilSeconds: number) => number;

/** One rate, and another from a moment on. */
export const stepInflow =
  (options: {
    readonly rate: number;
    readonly toRate: number;
    readonly atSeconds: number;
  }): Inflow =>
  (seconds) =>
    options.rate * Math.min(seconds, options.atSeconds) +
    options.toRate * Math.max(0, seconds - options.atSeconds);

/** Begins with much, as programs do that start. */
export const burstInflow = (options: {
  readonly burstRate: number;
  readonly burstSeconds: number;
  readonly rate: number;
}): Inflow =>
  stepInflow({ rate: options.burstRate, toRate: options.rate, atSeconds: options.burstSeconds });

/** Goes evenly from one rate to another within a stretch of time. */
export function rampInflow(options: {
  readonly rate: number;
  readonly toRate: number;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}): Inflow {
  const { rate, toRate, fromSeconds, toSeconds } = options;
  const slope = (toRate - rate) / (toSeconds - fromSeconds);
  return (seconds) => {
    const climbed = Math.min(Math.max(0, seconds - fromSeconds), toSeconds - fromSeconds);
    return (
      rate * Math.min(seconds, toSeconds) +
      (slope * climbed * climbed) / 2 +
      toRate * Math.max(0, seconds - toSeconds)
    );
  };
}

/** Two rates in turn, the first one first. */
export function onOffInflow(options: {
  readonly onRate: number;
  readonly offRate: number;
  readonly onSeconds: number;
  readonly offSeconds: number;
}): Inflow {
  const { onRate, offRate, onSeconds, offSeconds } = options;
  const turnSeconds = onSeconds + offSeconds;
  const perTurn = onRate * onSeconds + offRate * offSeconds;
  return (seconds) => {
    const turns = Math.floor(seconds / turnSeconds);
    const rest = seconds - turns * turnSeconds;
    return (
      turns * perTurn + onRate * Math.min(rest, onSeconds) + offRate * Math.max(0, rest - onSeconds)
    );
  };
}

/** The rates that someone measured, one a step; nothing comes after the last. */
export function recordedInflow(series: {
  readonly stepSeconds: number;
  readonly values: Float64Array;
}): Inflow {
  const { stepSeconds, values } = series;
  const before = new Float64Array(values.length + 1);
  for (const [index, value] of values.entries())
    before[index + 1] = (before[index] ?? 0) + value * stepSeconds;
  return (seconds) => {
    const index = Math.min(Math.floor(seconds / stepSeconds), values.length);
    return (before[index] ?? 0) + (values[index] ?? 0) * (seconds - index * stepSeconds);
  };
}
