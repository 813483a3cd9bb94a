/** How answers are written. */
export const outputFormats = ["table", "json", "yaml"] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** As a sheet and as a picture too: usage over time alone. */
export const anyFormats = [...outputFormats, "csv", "svg"] as const;
export type AnyFormat = (typeof anyFormats)[number];
