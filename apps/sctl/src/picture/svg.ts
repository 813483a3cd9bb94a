type Attributes = Readonly<Record<string, string | number>>;

/** One element; what stands in attributes is escaped, `content` is markup already. */
export function element(name: string, attributes: Attributes, content = ""): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join("");
  return content === "" ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

export const text = (
  at: { readonly x: number; readonly y: number },
  words: string,
  attributes: Attributes = {},
): string => element("text", { ...at, ...attributes }, escaped(words));

/** Characters XML knows no way to write are left out. */
export const escaped = (words: string): string =>
  words
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
