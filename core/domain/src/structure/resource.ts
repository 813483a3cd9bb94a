/** What a limit is about. Units: cpu in shares (100 = one core), mem in MiB. */
export const resources = ["cpu", "mem"] as const;
export type Resource = (typeof resources)[number];

/** One value for each resource. */
export type ByResource<Value> = Readonly<Record<Resource, Value>>;

export const byResource = <Value>(make: (resource: Resource) => Value): ByResource<Value> => ({
  cpu: make("cpu"),
  mem: make("mem"),
});

export const resourceUnits: Readonly<Record<Resource, string>> = { cpu: "shares", mem: "MiB" };
