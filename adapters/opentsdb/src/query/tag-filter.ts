const textMost = 4096;

/** What a query says of one tag. */
export interface TagFilter {
  readonly tag: string;
  /** Those it names one by one; `undefined` = it has a `*`. */
  readonly named: readonly string[] | undefined;
  matches(value: string): boolean;
}

/** `cont0`, `cont0|cont1`, `node*`, `*`; `undefined` = nothing could match. */
export function tagFilter(tag: string, text: string): TagFilter | undefined {
  if (text === "" || text.length > textMost) return undefined;
  const values = text.split("|").filter((value) => value !== "");
  if (values.length === 0) return undefined;
  const named = values.some((value) => value.includes("*")) ? undefined : values;
  const patterns = values.map((value) => value.split("*"));
  return { tag, named, matches: (value) => patterns.some((parts) => isLike(value, parts)) };
}

/** The parts between the stars, in their order: no pattern takes longer than one look at each. */
function isLike(value: string, parts: readonly string[]): boolean {
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = value.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return value.length - last.length >= at && value.endsWith(last);
}
