/** What every container uses and every host keeps a book of. */
export const computeResources = ["cpu", "mem"] as const;
export type ComputeResource = (typeof computeResources)[number];

/** So much a second: of the disk a container lies on, each way, and of its network, each way alike. */
export const rateResources = ["disk_read", "disk_write", "net"] as const;
export type RateResource = (typeof rateResources)[number];

/**
 * What a limit is about. Units: cpu in shares (100 = one core), mem in MiB, disk_read and disk_write in
 * MiB/s, net in Mbit/s.
 */
export const resources = [...computeResources, ...rateResources] as const;
export type Resource = (typeof resources)[number];

export const isRateResource = (resource: Resource): resource is RateResource =>
  resource !== "cpu" && resource !== "mem";

/** One value for each resource. */
export type ByResource<Value> = Readonly<Record<Resource, Value>>;

export const byResource = <Value>(
  make: (resource: Resource) => Value,
): Record<Resource, Value> => ({
  cpu: make("cpu"),
  mem: make("mem"),
  disk_read: make("disk_read"),
  disk_write: make("disk_write"),
  net: make("net"),
});

/** One value for each rate resource that is there: not every container has a disk or a network. */
export type ByRate<Value> = Readonly<Partial<Record<RateResource, Value>>>;

/** A value of cpu and mem, which everything has, and of the rates that are there. */
export type ByPresentResource<Value> = Readonly<Record<ComputeResource, Value>> & ByRate<Value>;

export const resourceUnits: Readonly<Record<Resource, string>> = {
  cpu: "shares",
  mem: "MiB",
  disk_read: "MiB/s",
  disk_write: "MiB/s",
  net: "Mbit/s",
};
