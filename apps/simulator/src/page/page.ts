import { element, escaped } from "./markup.ts";
import { style } from "./style.ts";

/** A page that needs nothing but itself: no file beside it, no network. */
export function page(title: string, content: readonly string[]): string {
  // Whatever a trace's name smuggles in, the browser asks nobody for anything.
  const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${element("h1", {}, escaped(title))}
${content.join("\n")}
</main>
</body>
</html>
`;
}

/** Names and values that belong together, one pair after another. */
export const facts = (pairs: readonly (readonly [name: string, value: string])[]): string =>
  element(
    "dl",
    {},
    pairs
      .map(([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`)
      .join(""),
  );
