import { element, text } from "./svg.ts";

export interface LegendEntry {
  /** The class its curve is drawn in. */
  readonly mark: "used" | "most" | "limit" | "max" | "throttled";
  readonly words: string;
}

const markWidth = 18;
const gap = 6;
const distance = 16;
/** No font can be measured here; the widest of the common ones stays below. */
const characterWidth = 7.5;

const widthOf = ({ words }: LegendEntry): number =>
  markWidth + gap + words.length * characterWidth + distance;

/** What each curve is, in one line that ends at `right`. */
export function legend(
  entries: readonly LegendEntry[],
  at: { readonly right: number; readonly y: number },
): string {
  let x = at.right - entries.reduce((sum, entry) => sum + widthOf(entry), 0) + distance;
  return entries
    .map((entry) => {
      const drawn = markOf(entry, x, at.y) + text({ x: x + markWidth + gap, y: at.y }, entry.words);
      x += widthOf(entry);
      return drawn;
    })
    .join("");
}

function markOf({ mark }: LegendEntry, x: number, y: number): string {
  if (mark === "throttled") {
    return element("rect", { class: mark, x, y: y - 6, width: markWidth, height: 4 });
  }
  const line = element("path", { class: mark, d: `M${x} ${y - 4}h${markWidth}` });
  if (mark !== "used") return line;
  return element("rect", { class: "used-area", x, y: y - 4, width: markWidth, height: 5 }) + line;
}
