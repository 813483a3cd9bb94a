type Attributes = Readonly<Record<string, string | number>>;

/** One element; what stands in attributes is escaped, `content` is markup already. */
export function element(name: string, attributes: Attributes, content = ""): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join("");
  return `<${name}${written}>${content}</${name}>`;
}

/** Characters that no page can show are left out. */
export const escaped = (words: string): string =>
  words
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");

/** A value that a script in the page reads: nothing in it can end the element it stands in. */
export const embedded = (id: string, value: unknown): string =>
  `<script type="application/json" id="${escaped(id)}">${JSON.stringify(value).replaceAll("<", "\\u003c")}</script>`;

export interface MarkupTable {
  readonly caption: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** Numbers stand right; a table that is too wide is moved in its own frame. */
export function markupTable({ caption, header, rows }: MarkupTable): string {
  const head = header
    .map((name, column) => {
      const isNumber = rows.some((cells) => typeof cells[column] === "number");
      return element("th", { scope: "col", ...(isNumber ? right : {}) }, escaped(name));
    })
    .join("");
  const body = rows.map((cells) => element("tr", {}, cells.map(cellOf).join(""))).join("\n");
  return element(
    "div",
    { class: "wide" },
    `<table><caption>${escaped(caption)}</caption><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table>`,
  );
}

const right = { class: "number" };
const cellOf = (cell: string | number): string =>
  element("td", typeof cell === "number" ? right : {}, escaped(String(cell)));
