import type { CoreView, DeclaredHostView, DiskView } from "@sc/ports";
import type { PublishedDocument } from "../published-document.ts";

/** A host as published clients read it. */
export function hostDocument(host: DeclaredHostView): PublishedDocument {
  const { cpu, ...others } = host.resources;
  return {
    name: host.name,
    host: host.name,
    type: "structure",
    subtype: "host",
    host_rescaler_ip: host.agent.address,
    host_rescaler_port: String(host.agent.port),
    ...(host.isGuarded !== undefined && { guard: host.isGuarded }),
    ...(host.state !== undefined && { state: host.state }),
    resources: {
      ...others,
      ...(cpu !== undefined && { cpu: { ...cpu, core_usage_mapping: coreMap(host.cores) } }),
      ...(host.disks.length > 0 && {
        disks: Object.fromEntries(host.disks.map((disk) => [disk.name, diskDocument(disk)])),
      }),
    },
  };
}

/** Cores are keys, and so is who holds a part of one, beside `free`. */
const coreMap = (cores: readonly CoreView[]): PublishedDocument =>
  Object.fromEntries(
    cores.map(({ core, freeShares, holders }) => {
      const held = holders.map(({ container, shares }) => [container, shares] as const);
      // Last, so that a container called `free` does not change what is free.
      return [String(core), Object.fromEntries([...held, ["free", freeShares]])];
    }),
  );

const diskDocument = ({ type, path, load, read, write }: DiskView): PublishedDocument => ({
  type,
  path,
  load,
  max_read: read.max,
  free_read: read.free,
  max_write: write.max,
  free_write: write.free,
});
