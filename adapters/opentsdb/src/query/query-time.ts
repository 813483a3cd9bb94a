const unitSeconds: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  n: 2_592_000,
  y: 31_536_000,
};
/** From here on a number is milliseconds. */
const millisecondsFrom = 1e11;

/** `5s`, `10m` …; `undefined` = no length of time. */
export function secondsOf(text: string): number | undefined {
  const [, count = "", unit = ""] = /^(\d{1,6})(ms|[smhdwny])$/.exec(text) ?? [];
  const seconds = Number(count) * (unitSeconds[unit] ?? 0);
  return seconds > 0 ? seconds : undefined;
}

const dateText = /^(\d{4})\/(\d{1,2})\/(\d{1,2})(?:[- ](\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?$/;

/** A time of a query: seconds, milliseconds, a date of this host's time zone, or so long ago. */
export function queryTime(value: unknown, now: number): number | undefined {
  if (typeof value === "number") return fromNumber(value);
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (text === "now") return now;
  if (/^\d{1,16}(\.\d{1,3})?$/.test(text)) return fromNumber(Number(text));
  const ago = /^(.+)-ago$/.exec(text)?.[1];
  if (ago !== undefined) {
    const seconds = secondsOf(ago);
    return seconds === undefined ? undefined : now - seconds;
  }
  return fromDate(text);
}

function fromNumber(value: number): number | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  return value >= millisecondsFrom ? value / 1000 : value;
}

function fromDate(text: string): number | undefined {
  const found = dateText.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0));
  const date = new Date(year, month - 1, day, hour, minute, second);
  const isADate =
    date.getMonth() === month - 1 && date.getDate() === day && minute < 60 && second < 60;
  return isADate && hour < 24 ? date.getTime() / 1000 : undefined;
}
