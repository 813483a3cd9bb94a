/** What a limit is about. Units: cpu in shares (100 = one core), mem in MiB. */
export const resources = ["cpu", "mem"] as const;
export type Resource = (typeof resources)[number];

export const resourceUnits: Readonly<Record<Resource, string>> = { cpu: "shares", mem: "MiB" };
