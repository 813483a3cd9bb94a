/** What the published routes are a face of. */
export type PublishedFaces = Readonly<Record<never, never>>;
