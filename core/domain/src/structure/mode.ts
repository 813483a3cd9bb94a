/**
 * What the product may do to one resource of a structure:
 *
 *     observe    measured, never written (the default)
 *     recommend  requests are computed and recorded, not applied
 *     auto       applied
 */
export const modes = ["observe", "recommend", "auto"] as const;
export type Mode = (typeof modes)[number];
